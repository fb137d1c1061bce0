/** Reads the configuration file into core's records, or tells every problem with its place. */
@NullMarked
package dev.alwayson.config;

import org.jspecify.annotations.NullMarked;
