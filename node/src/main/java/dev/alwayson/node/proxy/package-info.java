/**
 * The data path: frontends, connections to clients and servers, and the requests between them.
 *
 * <p>Everything of a connection happens on the one event loop that accepted it; its {@link
 * dev.alwayson.node.proxy.Worker} holds what the connections of a loop share. What spans loops
 * ({@link dev.alwayson.node.proxy.ServerLoad}, {@link dev.alwayson.node.proxy.BackendLoad}) is
 * atomics, never a lock.
 */
@NullMarked
package dev.alwayson.node.proxy;

import org.jspecify.annotations.NullMarked;
