package dev.alwayson.node.proxy.log;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import org.junit.jupiter.api.Test;

/** The ring between an event loop and the writer. */
class LogRingTest {

    private static final byte[] LINE = "0123456\n".getBytes(US_ASCII);

    @Test
    void theWriterIsCalledOnlyWhileMoreThanHalfWaits() throws Exception {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        LogRing ring = new LogRing(64);
        for (int lines = 1; lines <= 1000; lines++) {
            assertThat(ring.add(LINE, LINE.length)).isTrue();
            int waiting = lines % 7 == 0 ? 7 : lines % 7;
            assertThat(ring.halfFull()).as("with %d lines", waiting).isEqualTo(waiting > 4);
            if (waiting == 7) {
                assertThat(ring.drainTo(Channels.newChannel(file))).isEqualTo(7L * LINE.length);
            }
        }
        ring.drainTo(Channels.newChannel(file));
        assertThat(file.size()).isEqualTo(1000 * LINE.length);
        assertThat(ring.dropped()).isZero();
    }
}
