/** The events: everything that happened, in order, each with its cause. */
@NullMarked
package dev.alwayson.core.journal;

import org.jspecify.annotations.NullMarked;
