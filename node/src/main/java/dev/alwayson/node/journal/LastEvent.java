package dev.alwayson.node.journal;

import dev.alwayson.core.time.HybridTime;

/**
 * Where a node's numbering and time go on after a restart.
 *
 * @param sequence of the newest event that the node decided and that was stored; 0 if there is none
 */
public record LastEvent(long sequence, HybridTime time) {

    static final LastEvent NONE = new LastEvent(0, HybridTime.ZERO);
}
