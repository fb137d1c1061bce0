package dev.alwayson.node.proxy;

/**
 * Somebody who waits in the queue of a backend. Made where one enters it; in monotonic nanoseconds.
 *
 * @param retries whether a server was tried, so that not every one can be had
 */
record Waiting(Claimant claimant, long sinceNanos, long dueNanos, boolean retries) {}
