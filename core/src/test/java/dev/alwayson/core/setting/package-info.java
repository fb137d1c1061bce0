/** The forms in which values are written. */
@NullMarked
package dev.alwayson.core.setting;

import org.jspecify.annotations.NullMarked;
