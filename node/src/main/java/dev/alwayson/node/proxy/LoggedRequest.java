package dev.alwayson.node.proxy;

import dev.alwayson.node.proxy.http.RequestHead;
import dev.alwayson.node.proxy.log.AccessEntry;

/**
 * What the access log says of a request's head: its first line and its host, copied, for the head
 * is gone when the line is written. No more than a line has room for. Used anew for each request;
 * confined to its event loop.
 */
final class LoggedRequest {

    private static final int ROOM_BYTES = 64;

    /** More than most requests need; what a large one needs goes with it. */
    private static final int KEPT_BYTES = 1024;

    private static final byte[] NOTHING = {};

    byte[] bytes = NOTHING;
    int lineLength;
    int hostLength;

    /** Of whoever sent the request, also from behind trusted proxies. */
    byte[] clientAddress = {};

    /** The line is written: no idle connection is to hold what a large head took. */
    void written() {
        lineLength = 0;
        hostLength = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = NOTHING;
        }
    }

    void copy(RequestHead head) {
        lineLength = Math.min(head.requestLineLength(), AccessEntry.MAX_REQUEST_LINE);
        hostLength = Math.min(head.hostLength(), AccessEntry.MAX_HOST);
        if (bytes.length < lineLength + hostLength) {
            bytes = new byte[lineLength + hostLength + ROOM_BYTES];
        }
        System.arraycopy(head.bytes(), head.requestLineOffset(), bytes, 0, lineLength);
        System.arraycopy(head.bytes(), head.hostOffset(), bytes, lineLength, hostLength);
    }
}
