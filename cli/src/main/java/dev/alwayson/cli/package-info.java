/** The commands. They reach a node only through its admin API. */
@NullMarked
package dev.alwayson.cli;

import org.jspecify.annotations.NullMarked;
