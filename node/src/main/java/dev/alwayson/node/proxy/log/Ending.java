package dev.alwayson.node.proxy.log;

/** Who or what ended a request: the first character of HAProxy's termination state. */
public enum Ending {
    /** It came to its end. */
    COMPLETED('-'),
    /** The client broke the connection. */
    CLIENT('C'),
    /** The server broke the connection, or refused it. */
    SERVER('S'),
    /** The proxy refused it: the request or the response was against a rule or a limit. */
    PROXY('P'),
    /** The proxy answered it: a redirect, or {@code when-down}. */
    LOCAL('L'),
    /** The client took too long. */
    CLIENT_TIMEOUT('c'),
    /** The server took too long. */
    SERVER_TIMEOUT('s'),
    /** The node was stopping and its patience ended. */
    KILLED('K'),
    /** The node lacked something. */
    SHORTAGE('R'),
    /** The proxy has a fault. */
    INTERNAL('I');

    private final char letter;

    Ending(char letter) {
        this.letter = letter;
    }

    byte letter() {
        return (byte) letter;
    }
}
