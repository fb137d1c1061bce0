/** The rules that all of core keeps. */
@NullMarked
package dev.alwayson.core;

import org.jspecify.annotations.NullMarked;
