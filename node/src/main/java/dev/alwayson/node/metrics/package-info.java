/** What the node tells about itself as numbers. */
@NullMarked
package dev.alwayson.node.metrics;

import org.jspecify.annotations.NullMarked;
