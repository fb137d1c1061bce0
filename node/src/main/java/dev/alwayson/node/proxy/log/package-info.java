/**
 * The access log: event loops put whole lines into rings of octets and never wait; one thread
 * writes the rings to the files.
 */
@NullMarked
package dev.alwayson.node.proxy.log;

import org.jspecify.annotations.NullMarked;
