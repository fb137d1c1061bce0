/** The control loop: the one place that decides, pure, step by step. */
@NullMarked
package dev.alwayson.core.control;

import org.jspecify.annotations.NullMarked;
