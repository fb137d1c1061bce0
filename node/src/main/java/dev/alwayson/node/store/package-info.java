/** The data folder and the runtime changes in it. */
@NullMarked
package dev.alwayson.node.store;

import org.jspecify.annotations.NullMarked;
