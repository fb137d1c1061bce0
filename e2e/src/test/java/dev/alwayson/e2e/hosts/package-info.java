/** Hosts for end-to-end tests, which can be started, killed, frozen, cut off and slowed. */
@NullMarked
package dev.alwayson.e2e.hosts;

import org.jspecify.annotations.NullMarked;
