package dev.alwayson.node.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Chunked bodies: what they carry, what is refused, wherever a read may end. */
// StringConcatToTextBlock: a text block ends lines by LF, and these are about CR LF.
@SuppressWarnings("StringConcatToTextBlock")
class ChunkReaderTest {

    /** A body as it comes; what it carries and its kept trailers, or why it is refused. */
    record Case(String wire, String body, String trailers, @Nullable Refusal refusal) {
        @Override
        public String toString() {
            String text = wire.length() > 60 ? wire.substring(0, 60) + "…" : wire;
            return text.replace("\r", "\\r").replace("\n", "\\n").replace("\0", "\\0");
        }
    }

    private static Case carries(String body, String wire) {
        return new Case(wire, body, "", null);
    }

    private static Case ends(String trailers, String wire) {
        return new Case("0\r\n" + wire, "", trailers, null);
    }

    private static Case refused(Refusal refusal, String wire) {
        return new Case(wire, "", "", refusal);
    }

    private static final String LONG_EXTENSION = "1;a=\"" + "b".repeat(1019) + "\"";

    private static final List<Case> CASES =
            List.of(
                    carries("", "0\r\n\r\n"),
                    carries("", "000\r\n\r\n"),
                    carries("abc", "3\r\nabc\r\n0\r\n\r\n"),
                    carries("abcde", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
                    carries("\r\n0\r\n\r\n", "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n"),
                    carries("a".repeat(171), "aB\r\n" + "a".repeat(171) + "\r\n0\r\n\r\n"),
                    carries("abc", "0000000000000003\r\nabc\r\n0\r\n\r\n"),
                    refused(Refusal.BAD_CHUNK_SIZE, "00000000000000003\r\nabc\r\n0\r\n\r\n"),
                    refused(Refusal.BAD_CHUNK_SIZE, "\r\n"),
                    refused(Refusal.BAD_CHUNK_SIZE, "+3\r\nabc\r\n"),
                    refused(Refusal.BAD_CHUNK_SIZE, "-3\r\nabc\r\n"),
                    refused(Refusal.BAD_CHUNK_SIZE, " 3\r\nabc\r\n"),
                    refused(Refusal.BAD_CHUNK_SIZE, "0x3\r\nabc\r\n"),
                    refused(Refusal.BAD_CHUNK_SIZE, "1_0\r\nabc\r\n"),
                    refused(Refusal.BAD_CHUNK_SIZE, "3g\r\nabc\r\n"),
                    refused(Refusal.BAD_CHUNK_SIZE, "3\0\r\nabc\r\n"),
                    refused(Refusal.BAD_CHUNK_SIZE, "3\u00b3\r\nabc\r\n"),
                    refused(Refusal.BAD_CHUNK_SIZE, "ffffffffffffffff\r\n"),
                    refused(Refusal.BAD_CHUNK_SIZE, "8000000000000000\r\n"),
                    refused(Refusal.BAD_CHUNK_SIZE, "10000000000000003\r\n"),
                    refused(Refusal.BARE_LF, "3\nabc\r\n"),
                    refused(Refusal.BARE_CR, "3\rabc\r\n"),
                    refused(Refusal.BARE_CR, "3\r\r\nabc\r\n"),
                    refused(Refusal.BARE_LF, "3;a\nabc\r\n"),
                    refused(Refusal.BARE_CR, "3;a\rabc\r\n"),
                    refused(Refusal.BAD_CHUNK_END, "3\r\nabc\n0\r\n\r\n"),
                    refused(Refusal.BAD_CHUNK_END, "3\r\nabc\r0\r\n\r\n"),
                    refused(Refusal.BAD_CHUNK_END, "3\r\nabcd\r\n0\r\n\r\n"),
                    refused(Refusal.BAD_CHUNK_END, "3\r\nabc0\r\n\r\n"),
                    carries("a", "1;a\r\na\r\n0\r\n\r\n"),
                    carries("a", "1;a=b\r\na\r\n0;last\r\n\r\n"),
                    carries("a", "1 ; a = b\t;c\r\na\r\n0\r\n\r\n"),
                    carries("a", "1;a=\"b;\\\" \u00e9\"\r\na\r\n0\r\n\r\n"),
                    carries("a", "1;a=\"\" ;b\r\na\r\n0\r\n\r\n"),
                    carries("a", LONG_EXTENSION + "\r\na\r\n0\r\n\r\n"),
                    refused(Refusal.CHUNK_EXTENSION_TOO_LONG, LONG_EXTENSION + ";\r\n"),
                    refused(Refusal.BAD_CHUNK_EXTENSION, "1 \r\na\r\n"),
                    refused(Refusal.BAD_CHUNK_EXTENSION, "1 1\r\na\r\n"),
                    refused(Refusal.BAD_CHUNK_EXTENSION, "1;\r\na\r\n"),
                    refused(Refusal.BAD_CHUNK_EXTENSION, "1;;\r\na\r\n"),
                    refused(Refusal.BAD_CHUNK_EXTENSION, "1;a=\r\na\r\n"),
                    refused(Refusal.BAD_CHUNK_EXTENSION, "1;=b\r\na\r\n"),
                    refused(Refusal.BAD_CHUNK_EXTENSION, "1;a b\r\na\r\n"),
                    refused(Refusal.BAD_CHUNK_EXTENSION, "1;a \r\na\r\n"),
                    refused(Refusal.BAD_CHUNK_EXTENSION, "1;a=b=c\r\na\r\n"),
                    refused(Refusal.BAD_CHUNK_EXTENSION, "1;a=\"b\r\na\r\n"),
                    refused(Refusal.BARE_LF, "1;a=\"b\n\"\r\na\r\n"),
                    refused(Refusal.BAD_CHUNK_EXTENSION, "1;a=\"b\0\"\r\na\r\n"),
                    refused(Refusal.BAD_CHUNK_EXTENSION, "1;a=\"b\\\0\"\r\na\r\n"),
                    refused(Refusal.BAD_CHUNK_EXTENSION, "1;a=\"b\"c\r\na\r\n"),
                    refused(Refusal.BAD_CHUNK_EXTENSION, "1;a\0\r\na\r\n"),
                    ends("A: 1\r\nB:\r\n", "A: 1\r\nB:\r\n\r\n"),
                    ends("A: \u00e9\tx\r\n", "A: \u00e9\tx\r\n\r\n"),
                    ends("", "Content-Length: 5\r\n\r\n"),
                    ends(
                            "A: 1\r\nB: 2\r\n",
                            "Transfer-Encoding: chunked\r\nA: 1\r\nHost: x\r\nConnection: a\r\n"
                                    + "TE: a\r\nX_Y: 1\r\n_: 1\r\nX-Forwarded-For: 1\r\nB: 2\r\n\r\n"),
                    ends("A: 1\r\n".repeat(32), "A: 1\r\n".repeat(32) + "\r\n"),
                    refused(Refusal.TRAILERS_TOO_LARGE, "0\r\n" + "A: 1\r\n".repeat(33)),
                    refused(Refusal.TRAILERS_TOO_LARGE, "0\r\nA: " + "a".repeat(8192)),
                    refused(Refusal.FOLDED_LINE, "0\r\nA: 1\r\n 2\r\n\r\n"),
                    refused(Refusal.SPACE_BEFORE_COLON, "0\r\nA : 1\r\n\r\n"),
                    refused(Refusal.BAD_NAME, "0\r\n: 1\r\n\r\n"),
                    refused(Refusal.BAD_NAME, "0\r\nA(: 1\r\n\r\n"),
                    refused(Refusal.BAD_NAME, "0\r\nA\r\n\r\n"),
                    refused(Refusal.BARE_LF, "0\r\nA: 1\n\r\n"),
                    refused(Refusal.BARE_CR, "0\r\nA: 1\rB: 2\r\n\r\n"),
                    refused(Refusal.BARE_CR, "0\r\nA: 1\r\n\rX"),
                    refused(Refusal.BARE_LF, "0\r\n\n"),
                    refused(Refusal.CONTROL_BYTE, "0\r\nA: \0\r\n\r\n"),
                    refused(Refusal.CONTROL_BYTE, "0\r\nA\u007f: 1\r\n\r\n"));

    static Stream<Case> cases() {
        return CASES.stream();
    }

    private final ChunkReader reader = new ChunkReader();
    private final StringBuilder body = new StringBuilder();

    @ParameterizedTest
    @MethodSource("cases")
    void aBodyIsTheSameWhereverItIsCutInTwo(Case given) {
        for (int cut = 0; cut <= given.wire.length(); cut++) {
            start();
            int result = feed(given.wire.substring(0, cut), "");
            if (result == ChunkReader.MORE) {
                result = feed(given.wire.substring(cut), "");
            }
            check(given, result);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aBodyIsTheSameOctetByOctet(Case given) {
        start();
        int result = ChunkReader.MORE;
        for (int at = 0; at < given.wire.length() && result == ChunkReader.MORE; at++) {
            result = feed(given.wire.substring(at, at + 1), "");
        }
        check(given, result);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatFollowsTheBodyIsLeftAlone(Case given) {
        start();
        int result = feed(given.wire, given.refusal == null ? "GET / HTTP" : "");
        check(given, result);
    }

    @Test
    void theEndIsSaidAgain() {
        feed("0\r\n\r\n", "");
        assertThat(feed("", "0\r\n")).isEqualTo(ChunkReader.END);
    }

    @Test
    void aRefusalStays() {
        feed("x", "");
        assertThat(feed("", "0\r\n\r\n")).isEqualTo(ChunkReader.REFUSED);
    }

    @Test
    void aChunkMayBeLargerThanAnyBuffer() {
        assertThat(feed("7fffffffffffffff\r\nabc", "")).isEqualTo(ChunkReader.MORE);
        assertThat(body).hasToString("abc");
    }

    @Test
    void writtenChunksAreReadBack() {
        ByteBuf out = Unpooled.buffer();
        for (int size : new int[] {1, 15, 16, 255, 256, 4095, 65_536}) {
            ChunkWriter.head(out, size);
            out.writeBytes(Wire.octets("a".repeat(size)));
            ChunkWriter.tail(out);
        }
        ChunkWriter.end(out);
        assertThat(feed(Wire.text(out), "")).isEqualTo(ChunkReader.END);
        assertThat(body).hasSize(1 + 15 + 16 + 255 + 256 + 4095 + 65_536);
        out.clear();
        ChunkWriter.head(out, 0xabc);
        assertThat(Wire.text(out)).isEqualTo("abc\r\n");
        out.clear();
        ChunkWriter.head(out, Long.MAX_VALUE);
        assertThat(Wire.text(out)).isEqualTo("7fffffffffffffff\r\n").hasSize(ChunkWriter.MAX_HEAD);
        assertThatThrownBy(() -> ChunkWriter.head(out, 0)).hasMessageContaining("above 0");
    }

    @Test
    void trailersArePassedOn() {
        feed("0\r\nA: 1\r\nHost: x\r\n\r\n", "");
        assertThat(reader.hasTrailers()).isTrue();
        ByteBuf out = Unpooled.buffer();
        ChunkWriter.end(out, reader);
        assertThat(Wire.text(out)).isEqualTo("0\r\nA: 1\r\n\r\n");
        reader.reset(Wire.NO_NAMES);
        assertThat(reader.hasTrailers()).isFalse();
    }

    private void start() {
        reader.reset(Wire.NO_NAMES);
        body.setLength(0);
    }

    private int feed(String wire, String rest) {
        ByteBuf in = Wire.buffer(wire + rest);
        int result = reader.next(in);
        while (result == ChunkReader.DATA) {
            body.append(Wire.text(in.readSlice(reader.available())));
            result = reader.next(in);
        }
        if (result != ChunkReader.REFUSED) {
            assertThat(Wire.text(in)).isEqualTo(rest);
        }
        return result;
    }

    private void check(Case given, int result) {
        if (given.refusal != null) {
            assertThat(result).isEqualTo(ChunkReader.REFUSED);
            assertThat(reader.refusal()).isEqualTo(given.refusal);
            return;
        }
        assertThat(result).isEqualTo(ChunkReader.END);
        assertThat(body).hasToString(given.body);
        ByteBuf out = Unpooled.buffer();
        reader.writeTrailers(out);
        assertThat(Wire.text(out)).isEqualTo(given.trailers);
    }
}
