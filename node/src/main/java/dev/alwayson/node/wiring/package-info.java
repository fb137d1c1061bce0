/** Constructs the node's parts by hand, in start order, and closes them in reverse. */
@NullMarked
package dev.alwayson.node.wiring;

import org.jspecify.annotations.NullMarked;
