/** The node's own door: health, metrics, and the API that people and programs operate it by. */
@NullMarked
package dev.alwayson.node.admin;

import org.jspecify.annotations.NullMarked;
