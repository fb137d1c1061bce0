/**
 * What the node itself may lack, as health checks, the proxy and the admin server meet it, and how
 * seldom that is said.
 */
@NullMarked
package dev.alwayson.node.shortage;

import org.jspecify.annotations.NullMarked;
