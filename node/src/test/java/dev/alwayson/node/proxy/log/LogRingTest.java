package dev.alwayson.node.proxy.log;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Random;
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

    @Test
    void aLineForWhichThereIsNoRoomIsDroppedAndCounted() throws IOException {
        LogRing ring = new LogRing(64);
        byte[] line = "0123456789012345678\n".getBytes(US_ASCII);
        assertThat(ring.add(line, 20)).isTrue();
        assertThat(ring.halfFull()).isFalse();
        assertThat(ring.add(line, 20)).isTrue();
        assertThat(ring.halfFull()).isTrue();
        assertThat(ring.add(line, 20)).isTrue();
        assertThat(ring.add(line, 20)).isFalse();
        assertThat(ring.dropped()).isEqualTo(1);
        Sink sink = new Sink(Integer.MAX_VALUE);
        assertThat(ring.drainTo(sink)).isEqualTo(60);
        assertThat(ring.add(line, 20)).isTrue();
        assertThat(ring.drainTo(sink)).isEqualTo(20);
        assertThat(sink.text).hasToString("0123456789012345678\n".repeat(4));
        assertThat(ring.dropped()).isEqualTo(1);
    }

    @Test
    void whatIsTakenIsWhatWasAddedHoweverLittleTheChannelTakes() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        LogRing ring = new LogRing(256);
        Sink sink = new Sink(7);
        StringBuilder added = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            String line = "x".repeat(random.nextInt(60)) + i + "\n";
            if (ring.add(line.getBytes(US_ASCII), line.length())) {
                added.append(line);
            }
            if (random.nextInt(3) == 0) {
                ring.drainTo(sink);
            }
        }
        ring.drainTo(sink);
        assertThat(sink.text).as("seed %d", seed).hasToString(added.toString());
        assertThat(ring.dropped()).as("seed %d", seed).isPositive();
    }

    @Test
    void aLineThatWasCutByAFullDiskGoesOnWhereItStopped() throws IOException {
        LogRing ring = new LogRing(64);
        byte[] line = "0123456789\n".getBytes(US_ASCII);
        ring.add(line, line.length);
        ring.add(line, line.length);
        Sink full = new Sink(Integer.MAX_VALUE);
        full.room = 15;
        assertThatThrownBy(() -> ring.drainTo(full)).hasMessage("no space");
        assertThat(ring.withinLine()).isTrue();
        full.room = 100;
        ring.drainTo(full);
        assertThat(full.text).hasToString("0123456789\n0123456789\n");
        assertThat(ring.withinLine()).isFalse();
    }

    @Test
    void theRestOfACutLineDoesNotGoToAnotherFile() throws IOException {
        LogRing ring = new LogRing(64);
        for (String line : new String[] {"first\n", "second\n", "third\n"}) {
            ring.add(line.getBytes(US_ASCII), line.length());
        }
        Sink full = new Sink(Integer.MAX_VALUE);
        full.room = 9;
        assertThatThrownBy(() -> ring.drainTo(full)).hasMessage("no space");
        ring.skipLine();
        Sink other = new Sink(Integer.MAX_VALUE);
        ring.drainTo(other);
        assertThat(other.text).hasToString("third\n");
    }

    /** A channel that takes a few octets at a time, until it is full. */
    private static final class Sink implements WritableByteChannel {
        private final int most;
        private final StringBuilder text = new StringBuilder();
        private int room = Integer.MAX_VALUE;

        Sink(int most) {
            this.most = most;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            int length = Math.min(Math.min(most, room), from.remaining());
            if (length == 0) {
                throw new IOException("no space");
            }
            byte[] taken = new byte[length];
            from.get(taken);
            text.append(new String(taken, US_ASCII));
            room -= length;
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
