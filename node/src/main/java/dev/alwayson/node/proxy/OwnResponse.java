package dev.alwayson.node.proxy;

import dev.alwayson.node.proxy.http.Method;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;

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
        ByteBuf out = begin(failure.head());
        Reply.retryAfter(out, Math.ceilDiv(nanos, NANOS_PER_SECOND));
        end(out, failure.body(), keepAlive);
    }

    /** The same target at this server. */
    void redirect(LoopServer server, OutgoingRequest request, boolean keepAlive) {
        ByteBuf out = begin(Reply.REDIRECT).writeBytes(server.address.bytes());
        request.writeTarget(out);
        out.writeBytes(Reply.END);
        end(out, Reply.NO_BODY, keepAlive);
    }

    private void whole(byte[] head, byte[] body, boolean keepAlive) {
        end(begin(head), body, keepAlive);
    }

    private ByteBuf begin(byte[] head) {
        return exchange.client().worker.buffer(head.length + ROOM_BYTES).writeBytes(head);
    }

    private void end(ByteBuf out, byte[] body, boolean keepAlive) {
        out.writeBytes(Reply.end(keepAlive, exchange.minorVersion()));
        if (exchange.method() != Method.HEAD) {
            out.writeBytes(body);
        }
        exchange.client().write(out);
    }
}
