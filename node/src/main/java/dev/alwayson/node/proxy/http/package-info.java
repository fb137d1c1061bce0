/**
 * HTTP/1.0 and 1.1 messages in place: heads are checked and read as offsets into one array, bodies
 * are framed and unframed without copying them.
 */
@NullMarked
package dev.alwayson.node.proxy.http;

import org.jspecify.annotations.NullMarked;
