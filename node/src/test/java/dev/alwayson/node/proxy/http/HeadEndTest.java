package dev.alwayson.node.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a head that comes piece by piece is looked at again. */
class HeadEndTest {

    @Test
    void aHeadThatComesOctetByOctetIsParsedAFewTimes() {
        String message = Wire.get("X: aaaaaaaaaa\r\n".repeat(600));
        ByteBuf in = Unpooled.buffer();
        int seen = 0;
        int parsed = 0;
        for (int i = 0; i < message.length(); i++) {
            in.writeByte(message.charAt(i));
            if (HeadEnd.due(in, seen)) {
                parsed++;
            }
            seen = i + 1;
        }
        assertThat(parsed).isBetween(10, 16);
        assertThat(HeadEnd.due(in, message.length() - 1)).as("the end has come").isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'GET / HTTP/1.1\\r\\nX: aaaa', bbb, false",
        "'GET / HTTP/1.1\\r\\nX: aaaa', '\\r', false",
        "'GET / HTTP/1.1\\r\\nX: aaaa', '\\r\\n', false",
        "'GET / HTTP/1.1\\r\\nX: aaa\\r', '\\n', false",
        "'GET / HTTP/1.1\\r\\nX: aaa\\r', '\\n\\r\\n', true",
        "'GET / HTTP/1.1\\r\\nX: a\\r\\n\\r', '\\n', true",
        "'GET / HTTP/1.1\\r\\nX: aaaa', '\\n', true",
        "'GET / HTTP/1.1\\r\\nX: aaaa', '\\rb', true",
        "'GET / HTTP/1.1\\r\\nX: aaa\\r', 'b', true",
        "'GET / HTTP/1.1\\r\\nX: aaaa', '\\0', true",
        "'GET / HTTP/1.1\\r\\nX: aaaa', '\\177', true",
        "'GET / HTTP/1.1\\r\\nX: aaaa', '\\t\\351', false",
    })
    void whatMayDecideIsLookedAtAtOnce(String seen, String more, boolean due) {
        String before = seen.translateEscapes();
        ByteBuf in = Wire.buffer("..." + before + more.translateEscapes());
        in.skipBytes(3);
        assertThat(HeadEnd.due(in, before.length())).isEqualTo(due);
    }
}
