package dev.alwayson.node.proxy;

import dev.alwayson.node.proxy.http.Method;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A response that no server gave: a failure, a fixed answer, a redirect. One for each client
 * connection; confined to its event loop.
 */
final class OwnResponse {

    /** What a redirect usually takes. */
    private static final int ROOM_BYTES = 512;

    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Exchange exchange;

    OwnResponse(Exchange exchange) {
        this.exchange = exchange;
    }

    void failure(RequestFailure failure, boolean keepAlive) {
        whole(failure.head(), failure.body(), keepAlive);
    }

    void fixed(FixedAnswer answer, boolean keepAlive) {
        whole(answer.head(), answer.body(), keepAlive);
    }

    /** The client sends faster than it may: it is told when the next request may come. */
    void tooEarly(RequestFailure failure, long nanos, boolean keepAlive) {
        send(
                failure.head(),
                out -> Reply.retryAfter(out, Math.ceilDiv(nanos, NANOS_PER_SECOND)),
                failure.body(),
                keepAlive);
    }

    /** The same target at this server. */
    void redirect(LoopServer server, OutgoingRequest request, boolean keepAlive) {
        send(
                Reply.REDIRECT,
                out -> {
                    out.writeBytes(server.address.bytes());
                    request.writeTarget(out);
                    out.writeBytes(Reply.END);
                },
                Reply.NO_BODY,
                keepAlive);
    }

    private void whole(byte[] head, byte[] body, boolean keepAlive) {
        send(head, _ -> {}, body, keepAlive);
    }

    private void send(byte[] head, Consumer<ByteBuf> rest, byte[] body, boolean keepAlive) {
        ByteBuf whole =
                exchange.client()
                        .worker
                        .filled(
                                head.length + ROOM_BYTES,
                                out -> {
                                    out.writeBytes(head);
                                    rest.accept(out);
                                    exchange.id().write(out);
                                    out.writeBytes(Reply.end(keepAlive, exchange.minorVersion()));
                                    if (exchange.method() != Method.HEAD) {
                                        out.writeBytes(body);
                                    }
                                });
        exchange.client().write(whole);
    }
}
