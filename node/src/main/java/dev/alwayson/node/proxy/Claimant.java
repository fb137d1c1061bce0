package dev.alwayson.node.proxy;

/** A request, or a connection in tcp mode, that needs a server. Confined to its event loop. */
interface Claimant {

    long clientHash();

    /** Whether this server was already tried, and so is not to be chosen. */
    boolean tried(LoopServer server);

    /** A place on the server was taken for it, after it waited; it must give the place back. */
    void granted(LoopServer server);

    /** It has waited for nothing: the time is up, or no server can serve any more. */
    void refused(RequestFailure failure);

    /** What no rule foresees was thrown while it was served or refused: it must end itself. */
    void failed(Throwable cause);
}
