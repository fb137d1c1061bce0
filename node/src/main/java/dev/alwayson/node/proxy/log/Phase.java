package dev.alwayson.node.proxy.log;

/** How far a request had come when it ended: the second character of the termination state. */
public enum Phase {
    COMPLETED('-'),
    /** The request's head was awaited. */
    REQUEST('R'),
    /** A server with room was awaited. */
    QUEUE('Q'),
    /** The connection to a server was awaited. */
    CONNECT('C'),
    /** The response's head was awaited. */
    HEADERS('H'),
    /** Bodies were on their way. */
    DATA('D'),
    /** The rest went to the client. */
    LAST('L');

    private final char letter;

    Phase(char letter) {
        this.letter = letter;
    }

    byte letter() {
        return (byte) letter;
    }
}
