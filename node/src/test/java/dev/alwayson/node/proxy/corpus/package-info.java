/** Hostile HTTP/1 messages as text files, and what must become of each. */
@NullMarked
package dev.alwayson.node.proxy.corpus;

import org.jspecify.annotations.NullMarked;
