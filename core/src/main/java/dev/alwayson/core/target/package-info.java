/** A named endpoint, its health check, and what is known of its health. */
@NullMarked
package dev.alwayson.core.target;

import org.jspecify.annotations.NullMarked;
