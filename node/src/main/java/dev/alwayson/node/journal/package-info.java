/** The journal on this node's disk, in SQLite. */
@NullMarked
package dev.alwayson.node.journal;

import org.jspecify.annotations.NullMarked;
