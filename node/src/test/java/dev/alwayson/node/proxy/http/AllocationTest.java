package dev.alwayson.node.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.alwayson.core.balance.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A message on the steady path makes no object. */
@Tag("alone")
// StringConcatToTextBlock: a text block ends lines by LF, and these are about CR LF.
@SuppressWarnings("StringConcatToTextBlock")
class AllocationTest {

    private static final int MESSAGES = 20_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Without the leak detector, which makes objects. */
    private static final ByteBufAllocator BUFFERS = new UnpooledByteBufAllocator(true, true);

    private final RequestHead request = new RequestHead();
    private final ResponseHead response = new ResponseHead();
    private final ChunkReader chunks = new ChunkReader();
    private final Forwarding forwarding =
            Forwarding.of(InetAddress.ofLiteral("192.0.2.7"), false, false, "10.0.0.1:80");
    private final Forwarding trusted =
            Forwarding.of(InetAddress.ofLiteral("192.0.2.7"), false, true, "10.0.0.1:80");
    private final RequestIds ids = new RequestIds(new Random(1));
    private final RequestId id = new RequestId();
    private final ByteBuf out = BUFFERS.directBuffer(8192);

    @Test
    void readingAndWritingHeadsAndBodiesMakesNoObject() {
        ByteBuf asked =
                direct(
                        "POST /shop/cart?id=7 HTTP/1.1\r\nHost: shop.example.com\r\n"
                                + "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0)\r\n"
                                + "Accept: text/html,application/xhtml+xml\r\n"
                                + "Connection: keep-alive, x-trace\r\nCookie: a=b; c=d\r\n"
                                + "X-Trace: 1\r\nX-Request-Id: 0f8fad5b-d9cb\r\nTransfer-Encoding: chunked\r\n\r\n");
        ByteBuf answered =
                direct(
                        "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html\r\n"
                                + "Content-Length: 100\r\nConnection: keep-alive\r\n\r\n");
        ByteBuf body = direct("3;a=b\r\nabc\r\n0\r\nA: 1\r\n\r\n");
        exchange(asked, answered, body, MESSAGES);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        exchange(asked, answered, body, MESSAGES);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated)
                .as("octets allocated for %d messages", MESSAGES)
                .isLessThan(MESSAGES / 10);
    }

    private void exchange(ByteBuf asked, ByteBuf answered, ByteBuf body, int times) {
        for (int i = 0; i < times; i++) {
            out.clear();
            if (request.parse(asked, Limits.STANDARD, false) != asked.readableBytes()
                    || response.parse(answered, Limits.STANDARD, Method.GET)
                            != answered.readableBytes()) {
                throw new AssertionError("not read whole");
            }
            id.choose(request, trusted, ids);
            request.write(out, trusted, false, id);
            id.choose(request, forwarding, ids);
            request.write(out, forwarding, false, id);
            response.write(out, 1, true, true);
            body.readerIndex(0);
            chunks.reset(Wire.NO_NAMES);
            while (chunks.next(body) == ChunkReader.DATA) {
                ChunkWriter.head(out, chunks.available());
                body.skipBytes(chunks.available());
                ChunkWriter.tail(out);
            }
            ChunkWriter.end(out, chunks);
        }
    }

    private static ByteBuf direct(String message) {
        return BUFFERS.directBuffer().writeBytes(Wire.octets(message));
    }
}
