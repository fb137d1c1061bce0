package dev.alwayson.core.journal;

/**
 * An event's identity in the whole cluster.
 *
 * @param sequence from 1, without gaps in what a node decided; a gap in what is stored is a loss
 */
public record EventId(String node, long sequence) {

    @Override
    public String toString() {
        return node + "-" + sequence;
    }
}
