/**
 * What the node itself may lack, as both health checks and the proxy meet it, and how seldom that
 * is said.
 */
@NullMarked
package dev.alwayson.node.shortage;

import org.jspecify.annotations.NullMarked;
