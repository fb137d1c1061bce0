/**
 * What the data path counts: each event loop in cells of its own, which are added up when somebody
 * looks.
 */
@NullMarked
package dev.alwayson.node.proxy.traffic;

import org.jspecify.annotations.NullMarked;
