package dev.alwayson.node.proxy.log;

/** A form of a line. Confined to one thread. */
sealed interface LineForm permits JsonLine, HaproxyLine {

    /** Puts the whole line, with LF at its end. */
    void put(AccessEntry entry, LineBuffer line);
}
