package dev.alwayson.node.proxy;

import dev.alwayson.node.proxy.http.RequestHead;

/**
 * What the access log says of a request's head: its first line and its host, copied, for the head
 * is gone when the line is written. Grows to what the client sends. Used anew for each request;
 * confined to its event loop.
 */
final class LoggedRequest {

    private static final int ROOM_BYTES = 64;

    byte[] bytes = {};
    int lineLength;
    int hostLength;

    /** Of whoever sent the request, also from behind trusted proxies. */
    byte[] clientAddress = {};

    void clear() {
        lineLength = 0;
        hostLength = 0;
    }

    void copy(RequestHead head) {
        lineLength = head.requestLineLength();
        hostLength = head.hostLength();
        if (bytes.length < lineLength + hostLength) {
            bytes = new byte[lineLength + hostLength + ROOM_BYTES];
        }
        System.arraycopy(head.bytes(), head.requestLineOffset(), bytes, 0, lineLength);
        System.arraycopy(head.bytes(), head.hostOffset(), bytes, lineLength, hostLength);
    }
}
