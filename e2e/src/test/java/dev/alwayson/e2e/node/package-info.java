/** Nodes as users start them: processes of their own. */
@NullMarked
package dev.alwayson.e2e.node;

import org.jspecify.annotations.NullMarked;
