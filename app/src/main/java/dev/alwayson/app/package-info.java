/** Main: the one place that sees the command line and the node. */
@NullMarked
package dev.alwayson.app;

import org.jspecify.annotations.NullMarked;
