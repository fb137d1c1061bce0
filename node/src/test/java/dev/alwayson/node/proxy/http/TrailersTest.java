package dev.alwayson.node.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** For how long trailers are held. */
class TrailersTest {

    private static void read(Trailers trailers, int length) {
        trailers.reset(new byte[0][]);
        String lines = "A: " + "a".repeat(length) + "\r\n\r\n";
        for (byte octet : lines.getBytes(StandardCharsets.US_ASCII)) {
            assertThat(trailers.take(octet)).isNull();
        }
        assertThat(trailers.ended()).isTrue();
        assertThat(trailers.size()).isEqualTo(length + 5);
    }

    /** Else a client could have each of its idle connections hold 8 KiB. */
    @Test
    void littleIsHeldOfLargeOnes() {
        Trailers trailers = new Trailers();
        read(trailers, 8000);
        trailers.letGo();
        assertThat(trailers.size()).isZero();
        assertThat(trailers.room()).isLessThanOrEqualTo(1024);
        read(trailers, 8000);
    }

    @Test
    void whatMostNeedIsUsedAgain() {
        Trailers trailers = new Trailers();
        read(trailers, 500);
        trailers.letGo();
        assertThat(trailers.room()).isGreaterThanOrEqualTo(500);
        read(trailers, 500);
    }
}
