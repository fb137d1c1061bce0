/** Time as a value: decisions are given the time, they never ask for it. */
@NullMarked
package dev.alwayson.core.time;

import org.jspecify.annotations.NullMarked;
