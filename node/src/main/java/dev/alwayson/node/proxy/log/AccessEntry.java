package dev.alwayson.node.proxy.log;

/**
 * What is known about a request when it ends. One for each event loop, filled anew for each line:
 * {@link #clear}, set what is known, {@link AccessLines#write}. The arrays are read during that
 * call and not kept. Confined to one thread.
 */
public final class AccessEntry {

    /** A request line is logged up to so many octets. */
    public static final int MAX_REQUEST_LINE = 8192;

    /** A host is logged up to so many octets. */
    public static final int MAX_HOST = 255;

    /** A timer's value where the request did not come so far. */
    public static final long NOT_REACHED = -1;

    private static final byte[] NOTHING = {};

    /** The wall clock when the request's first octet came, in milliseconds since 1970. */
    public long startMillis;

    /** The text of the client's address, without port. */
    public byte[] client;

    public int clientPort;
    public byte[] frontend;

    /** Empty if no route took the request. */
    public byte[] backend;

    /** Empty if no server was chosen. */
    public byte[] server;

    /** The name in Host, a range of {@link #hostBytes}; of length 0 if there is none. */
    public byte[] hostBytes;

    public int hostOffset;
    public int hostLength;

    /** The request line, or what was read of it, a range of {@link #requestBytes}. */
    public byte[] requestBytes;

    public int requestOffset;
    public int requestLength;

    /** Whether the line has a place for {@link #requestId}. */
    public boolean hasRequestId;

    /** The request's id, the first octets of it; of length 0 if it has none. */
    public byte[] requestId;

    public int requestIdLength;

    /** What the client was answered; 0 if it was not. */
    public int status;

    /** Octets taken from the client for this request, and sent to it. */
    public long bytesRead;

    public long bytesSent;

    /** Nanoseconds from the first octet of the head to its last. */
    public long headNanos;

    /** Nanoseconds that the request waited for a server with room. */
    public long queueNanos;

    /** Nanoseconds until the connection stood; 0 for one that was kept. */
    public long connectNanos;

    /** Nanoseconds from the request sent to the head of the response. */
    public long responseNanos;

    /** Nanoseconds from the first octet of the request to the last of the response. */
    public long totalNanos;

    public int retries;

    /** Requests that stood before this one when it began to wait. */
    public int queueLength;

    /** Who ended it, and in which phase. */
    public Ending ending;

    public Phase phase;

    /** Why it failed, as a word; empty if it did not. */
    public byte[] reason;

    /** Client connections of the node and of the frontend, requests of the backend and server. */
    public int connections;

    public int frontendConnections;
    public int backendRequests;
    public int serverRequests;

    public AccessEntry() {
        client = NOTHING;
        frontend = NOTHING;
        backend = NOTHING;
        server = NOTHING;
        hostBytes = NOTHING;
        requestBytes = NOTHING;
        requestId = NOTHING;
        reason = NOTHING;
        ending = Ending.COMPLETED;
        phase = Phase.COMPLETED;
        clear();
    }

    /** Makes ready for another request: nothing is known. */
    public void clear() {
        startMillis = 0;
        client = NOTHING;
        clientPort = 0;
        frontend = NOTHING;
        backend = NOTHING;
        server = NOTHING;
        hostBytes = NOTHING;
        hostOffset = 0;
        hostLength = 0;
        requestBytes = NOTHING;
        requestOffset = 0;
        requestLength = 0;
        hasRequestId = false;
        requestId = NOTHING;
        requestIdLength = 0;
        status = 0;
        bytesRead = 0;
        bytesSent = 0;
        headNanos = NOT_REACHED;
        queueNanos = NOT_REACHED;
        connectNanos = NOT_REACHED;
        responseNanos = NOT_REACHED;
        totalNanos = 0;
        retries = 0;
        queueLength = 0;
        ending = Ending.COMPLETED;
        phase = Phase.COMPLETED;
        reason = NOTHING;
        connections = 0;
        frontendConnections = 0;
        backendRequests = 0;
        serverRequests = 0;
    }
}
