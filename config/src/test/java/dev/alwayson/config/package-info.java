/** What the configuration file says, and what is said of it. */
@NullMarked
package dev.alwayson.config;

import org.jspecify.annotations.NullMarked;
