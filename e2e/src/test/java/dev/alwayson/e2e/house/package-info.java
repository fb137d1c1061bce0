/** The house rules that no tool knows. */
@NullMarked
package dev.alwayson.e2e.house;

import org.jspecify.annotations.NullMarked;
