package dev.alwayson.node.proxy.log;

/** A form of a line. Confined to one thread. */
sealed interface LineForm permits JsonLine, HaproxyLine {

    /** A request line is logged up to so many octets. */
    int MAX_REQUEST_LINE = 8192;

    /** A host is logged up to so many octets. */
    int MAX_HOST = 255;

    /** Puts the whole line, with LF at its end. */
    void put(AccessEntry entry, LineBuffer line);
}
