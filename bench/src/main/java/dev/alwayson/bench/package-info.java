/** Always On beside its peers: the same work on the same machine, in one run. */
@NullMarked
package dev.alwayson.bench;

import org.jspecify.annotations.NullMarked;
