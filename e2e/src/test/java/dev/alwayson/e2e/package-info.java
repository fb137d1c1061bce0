/** The whole product, with real processes on real sockets. */
@NullMarked
package dev.alwayson.e2e;

import org.jspecify.annotations.NullMarked;
