/** The demo, as a newcomer runs it. */
@NullMarked
package dev.alwayson.e2e.demo;

import org.jspecify.annotations.NullMarked;
