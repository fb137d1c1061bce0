package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Limits;
import dev.alwayson.node.proxy.http.RequestHead;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is copied of a request for the log, and for how long. */
class LoggedRequestTest {

    private static LoggedRequest copied(String target, String host) {
        String text = "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        RequestHead head = new RequestHead();
        assertThat(head.parse(Unpooled.wrappedBuffer(bytes), Limits.STANDARD, false))
                .isEqualTo(bytes.length);
        LoggedRequest logged = new LoggedRequest();
        logged.copy(head);
        return logged;
    }

    private static String text(LoggedRequest logged) {
        int length = logged.lineLength + logged.hostLength;
        return new String(logged.bytes, 0, length, StandardCharsets.US_ASCII);
    }

    @Test
    void theLineAndTheHostAreCopied() {
        LoggedRequest logged = copied("/a?b", "shop.example");
        assertThat(text(logged)).isEqualTo("GET /a?b HTTP/1.1shop.example");
        assertThat(logged.hostLength).isEqualTo("shop.example".length());
    }

    /** Else a client could have each of its idle connections hold a head of 32 KiB. */
    @Test
    void noMoreIsCopiedThanIsLoggedAndLittleIsKept() {
        LoggedRequest logged = copied("/" + "t".repeat(8000), "h".repeat(24_000));
        assertThat(text(logged))
                .isEqualTo("GET /" + "t".repeat(8000) + " HTTP/1.1" + "h".repeat(255));
        assertThat(logged.bytes).hasSizeLessThan(9000);

        logged.written();
        assertThat(logged.bytes).hasSizeLessThanOrEqualTo(1024);
        assertThat(logged.lineLength + logged.hostLength).isZero();
    }

    @Test
    void whatMostRequestsNeedIsUsedAgain() {
        LoggedRequest logged = copied("/" + "t".repeat(500), "shop.example");
        byte[] before = logged.bytes;
        logged.written();
        assertThat(logged.bytes).isSameAs(before);
    }
}
