package dev.alwayson.node.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Limits;
import dev.alwayson.core.setting.ByteSize;
import dev.alwayson.node.proxy.http.ResponseHead.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is accepted from a server, and what a client is sent for it. */
// StringConcatToTextBlock: a text block ends lines by LF, and these are about CR LF.
@SuppressWarnings("StringConcatToTextBlock")
class ResponseHeadTest {

    private static final Limits LIMITS = new Limits(new ByteSize(100), new ByteSize(1000), 20);

    private final ResponseHead head = new ResponseHead();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            textBlock =
                    """
                    HTTP/1.1 200 OK\\r\\n\\r\\n                                                  |
                    HTTP/1.0 200 OK\\r\\n\\r\\n                                                  |
                    HTTP/1.1 200 \\r\\n\\r\\n                                                    |
                    HTTP/1.1 200\\r\\n\\r\\n                                                     |
                    HTTP/1.1 599 a\\tb \\351\\r\\n\\r\\n                                       |
                    HTTP/1.1 100 Continue\\r\\n\\r\\n                                            |
                    HTTP/1.1 600 Ever\\r\\n\\r\\n                                                | BAD_STATUS
                    HTTP/1.1 099 Ever\\r\\n\\r\\n                                                | BAD_STATUS
                    HTTP/1.1 20 OK\\r\\n\\r\\n                                                   | BAD_STATUS
                    HTTP/1.1 2000 OK\\r\\n\\r\\n                                                 | BAD_STATUS
                    HTTP/1.1 +20 OK\\r\\n\\r\\n                                                  | BAD_STATUS
                    HTTP/1.1 OK\\r\\n\\r\\n                                                      | BAD_STATUS
                    HTTP/1.1  200 OK\\r\\n\\r\\n                                                 | BAD_STATUS
                    HTTP/1.1\\r\\n\\r\\n                                                         | BAD_VERSION
                    HTTP/1.2 200 OK\\r\\n\\r\\n                                                  | BAD_VERSION
                    HTTP/2.0 200 OK\\r\\n\\r\\n                                                  | BAD_VERSION
                    http/1.1 200 OK\\r\\n\\r\\n                                                  | BAD_VERSION
                    ICY 200 OK\\r\\n\\r\\n                                                       | BAD_VERSION
                    \\r\\nHTTP/1.1 200 OK\\r\\n\\r\\n                                            | BAD_VERSION
                    HTTP/1.1 200 O\\0K\\r\\n\\r\\n                                           | CONTROL_BYTE
                    HTTP/1.1 200 OK\\n\\r\\n                                                     | BARE_LF
                    HTTP/1.1 200 O\\rK\\r\\n\\r\\n                                               | BARE_CR
                    HTTP/1.1 200 OK\\r\\nA: 1\\n\\r\\n                                           | BARE_LF
                    HTTP/1.1 200 OK\\r\\nA : 1\\r\\n\\r\\n                                       | SPACE_BEFORE_COLON
                    HTTP/1.1 200 OK\\r\\nA: 1\\r\\n 2\\r\\n\\r\\n                                | FOLDED_LINE
                    HTTP/1.1 200 OK\\r\\nA\\r\\n\\r\\n                                           | BAD_NAME
                    HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\n                           |
                    HTTP/1.1 200 OK\\r\\nContent-Length: 1, 1\\r\\n\\r\\n                        | BAD_LENGTH
                    HTTP/1.1 200 OK\\r\\nContent-Length: -1\\r\\n\\r\\n                          | BAD_LENGTH
                    HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\nContent-Length: 1\\r\\n\\r\\n    | SEVERAL_LENGTHS
                    HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n                  |
                    HTTP/1.1 200 OK\\r\\nTransfer-Encoding: gzip\\r\\n\\r\\n                     | BAD_ENCODING
                    HTTP/1.1 200 OK\\r\\nTransfer-Encoding: identity\\r\\n\\r\\n                 | BAD_ENCODING
                    HTTP/1.0 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n                  | ENCODING_IN_OLD_VERSION
                    HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | LENGTH_AND_ENCODING
                    HTTP/1.1 200 OK\\r\\nConnection: content-length\\r\\n\\r\\n                  | CONNECTION_NAMES_FRAMING
                    HTTP/1.1 200 OK\\r\\nSet_Cookie: a\\r\\nHost: a\\r\\nHost: b\\r\\n\\r\\n     |
                    """)
    void aResponseIsAcceptedOrRefusedForItsReason(String escaped, Refusal refusal) {
        String message = escaped.translateEscapes();
        for (int length = 0; length < message.length(); length++) {
            int part = head.parse(Wire.buffer(message.substring(0, length)), LIMITS, Method.GET);
            if (part == ResponseHead.REFUSED) {
                assertThat(head.refusal()).isEqualTo(refusal);
            } else {
                assertThat(part).isEqualTo(ResponseHead.INCOMPLETE);
            }
        }
        int whole = head.parse(Wire.buffer(message + "\0"), LIMITS, Method.GET);
        if (refusal == null) {
            assertThat(whole).isEqualTo(message.length());
        } else {
            assertThat(whole).isEqualTo(ResponseHead.REFUSED);
            assertThat(head.refusal()).isEqualTo(refusal);
        }
    }

    @Test
    void aHeadHasLimits() {
        String line = "X: " + "a".repeat(1000 - 17 - 5 - 2);
        assertThat(read("HTTP/1.1 200 OK\r\n" + line + "\r\n\r\n", Method.GET)).isEqualTo(1000);
        assertThat(read("HTTP/1.1 200 OK\r\n" + line + "a\r\n\r\n", Method.GET)).isNegative();
        assertThat(head.refusal()).isEqualTo(Refusal.HEAD_TOO_LARGE);
        assertThat(read("HTTP/1.1 200 OK\r\n" + "X: a\r\n".repeat(20) + "\r\n", Method.GET))
                .isPositive();
        assertThat(read("HTTP/1.1 200 OK\r\n" + "X: a\r\n".repeat(21) + "\r\n", Method.GET))
                .isNegative();
        assertThat(head.refusal()).isEqualTo(Refusal.TOO_MANY_LINES);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, 200, Content-Length: 5, LENGTH, true",
        "GET, 200, Content-Length: 0, NONE, true",
        "GET, 200, Transfer-Encoding: chunked, CHUNKED, true",
        "GET, 200, X: a, UNTIL_CLOSE, false",
        "GET, 206, Connection: close, UNTIL_CLOSE, false",
        "HEAD, 200, Content-Length: 5, NONE, true",
        "HEAD, 200, Transfer-Encoding: chunked, NONE, true",
        "HEAD, 200, X: a, NONE, true",
        "GET, 304, Content-Length: 5, NONE, true",
        "GET, 304, X: a, NONE, true",
        "GET, 204, X: a, NONE, true",
        "GET, 204, Content-Length: 0, NONE, true",
        "GET, 204, Content-Length: 5, NONE, false",
        "GET, 204, Transfer-Encoding: chunked, NONE, false",
        "GET, 100, X: a, NONE, true",
        "GET, 103, Link: </a>, NONE, true",
        "POST, 500, Connection: close, UNTIL_CLOSE, false"
    })
    void theBodyIsWhatTheRequestAndTheStatusMakeOfIt(
            Method request, int status, String line, Body body, boolean keepAlive) {
        read("HTTP/1.1 " + status + " X\r\n" + line + "\r\n\r\n", request);
        assertThat(head.status()).isEqualTo(status);
        assertThat(head.body()).isEqualTo(body);
        assertThat(head.keepAlive()).isEqualTo(keepAlive);
    }

    @Test
    void anOldServersConnectionIsKeptOnlyIfItSaysSo() {
        read("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", Method.GET);
        assertThat(head.keepAlive()).isFalse();
        read("HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\n", Method.GET);
        assertThat(head.keepAlive()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    timeout=5                 | 5
                    timeout=5, max=100        | 5
                    max=100 ,, Timeout=0      | 0
                    timeout=5, timeout=2      | 5
                    timeout=99999999999999999 | 1000000
                    timeout=                  | 2147483647
                    timeout                   | 2147483647
                    timeout = 5               | 2147483647
                    timeout=five              | 2147483647
                    timeout=-5                | 2147483647
                    timeouts=5                | 2147483647
                    @timeout=5                | 2147483647
                    max=100                   | 2147483647
                    """)
    void aServerSaysHowLongItKeepsAnIdleConnection(String value, int seconds) {
        read("HTTP/1.1 204 X\r\nKeep-Alive: " + value + "\r\n\r\n", Method.GET);
        assertThat(head.keptSeconds()).isEqualTo(seconds);
        read("HTTP/1.1 204 X\r\n\r\n", Method.GET);
        assertThat(head.keptSeconds()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void whatConcernsTheClientIsPassedOn() {
        read(
                "HTTP/1.0 404 Not  Found\r\nServer: x\r\nConnection: close, x-a\r\nX-A: 1\r\n"
                        + "set_cookie: a\r\nKeep-Alive: timeout=5\r\nProxy-Connection: close\r\n"
                        + "Proxy-Authenticate: Basic\r\nX-Forwarded-For: a\r\nUpgrade: h2c\r\n"
                        + "TE: a\r\ncontent-length: 03\r\nVia: 1.0 x\r\n\r\n",
                Method.GET);
        assertThat(written(1, true))
                .isEqualTo(
                        "HTTP/1.1 404 Not  Found\r\nServer: x\r\nset_cookie: a\r\n"
                                + "X-Forwarded-For: a\r\nVia: 1.0 x\r\nContent-Length: 3\r\n\r\n");
    }

    @Test
    void aClientIsToldWhetherItsConnectionStays() {
        read("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", Method.GET);
        assertThat(written(1, true)).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
        assertThat(written(1, false))
                .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n");
        assertThat(written(0, true))
                .isEqualTo(
                        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\n");
        assertThat(written(0, false))
                .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n");
    }

    @Test
    void aBodyOfUnknownLengthGoesInChunksOrUntilTheEnd() {
        for (String framing : new String[] {"Transfer-Encoding: chunked\r\n", ""}) {
            read("HTTP/1.1 200 OK\r\n" + framing + "\r\n", Method.GET);
            assertThat(head.chunkedFor(1)).isTrue();
            assertThat(head.delimited(1)).isTrue();
            assertThat(written(1, true))
                    .isEqualTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertThat(head.chunkedFor(0)).isFalse();
            assertThat(head.delimited(0)).isFalse();
            assertThat(written(0, true)).isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        }
    }

    @Test
    void aResponseWithoutBodyKeepsItsLengthWhereItMeansSomething() {
        read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", Method.HEAD);
        assertThat(written(1, true)).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Method.HEAD);
        assertThat(written(1, true)).isEqualTo("HTTP/1.1 200 OK\r\n\r\n");
        read("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", Method.GET);
        assertThat(written(0, true))
                .isEqualTo(
                        "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n"
                                + "Connection: keep-alive\r\n\r\n");
        read("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", Method.GET);
        assertThat(written(1, true)).isEqualTo("HTTP/1.1 204 No Content\r\n\r\n");
        read("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", Method.GET);
        assertThat(written(1, true)).isEqualTo("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void interimResponsesSayNothingAboutTheConnection() {
        read("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Length: 5\r\n\r\n", Method.GET);
        assertThat(head.interim()).isTrue();
        assertThat(written(1, false)).isEqualTo("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
    }

    @Test
    void aChangeOfProtocolIsPassedOn() {
        read(
                "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n"
                        + "Sec-WebSocket-Accept: a\r\n\r\n",
                Method.GET);
        assertThat(head.upgraded()).isTrue();
        assertThat(head.interim()).isFalse();
        assertThat(written(1, true))
                .isEqualTo(
                        "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: a\r\n"
                                + "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n");
        read("HTTP/1.1 101 Switching Protocols\r\n\r\n", Method.GET);
        assertThat(head.upgraded()).isFalse();
    }

    @Test
    void theProtocolsNameIsReadInAnyCase() {
        read(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: WebSocket"
                        + "\r\n\r\n",
                Method.GET);
        assertThat(head.upgraded()).isTrue();
    }

    @Test
    void aChangeOfProtocolMayHaveALengthThatFramesNothing() {
        String start =
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket"
                        + "\r\n";
        read(start + "Content-Length: 0\r\n\r\n", Method.GET);
        assertThat(head.upgraded()).isTrue();
        assertThat(written(1, true)).doesNotContain("Content-Length");
        read(start + "Content-Length: 1\r\n\r\n", Method.GET);
        assertThat(head.upgraded()).isFalse();
    }

    @Test
    void whoMustUpgradeIsToldToWhatWhereThatIsAllowed() {
        String start = "HTTP/1.1 426 Upgrade Required\r\n";
        String offer = start + "Content-Length: 0\r\n%sConnection: upgrade\r\nUpgrade: websocket";
        for (String upgrade :
                new String[] {
                    "Upgrade: websocket",
                    "upgrade: h2c, WebSocket",
                    "Upgrade: h2c\r\nUpgrade: ,websocket"
                }) {
            read(
                    start + "Connection: upgrade\r\n" + upgrade + "\r\nContent-Length: 0\r\n\r\n",
                    Method.GET);
            assertThat(written(1, true, true)).isEqualTo(offer.formatted("") + "\r\n\r\n");
            assertThat(written(1, false, true))
                    .isEqualTo(offer.formatted("Connection: close\r\n") + "\r\n\r\n");
            assertThat(written(1, true, false)).doesNotContain("pgrade:");
            assertThat(written(0, true, true)).doesNotContain("pgrade:");
        }
        for (String other : new String[] {"Upgrade: h2c", "Upgrade: websocket/9", "X: websocket"}) {
            read(start + other + "\r\nContent-Length: 0\r\n\r\n", Method.GET);
            assertThat(written(1, true, true)).as(other).doesNotContain("pgrade:");
        }
        read("HTTP/1.1 200 OK\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n", Method.GET);
        assertThat(written(1, true, true)).as("an offer").doesNotContain("pgrade:");
    }

    @Test
    void anOldClientIsPromisedNoTrailers() {
        read("HTTP/1.1 200 OK\r\nTrailer: X-A\r\nTransfer-Encoding: chunked\r\n\r\n", Method.GET);
        assertThat(written(1, true)).contains("Trailer: X-A\r\n");
        assertThat(written(0, true)).isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    }

    private int read(String message, Method request) {
        return head.parse(Wire.buffer(message), LIMITS, request);
    }

    private String written(int clientMinor, boolean keepAlive) {
        return written(clientMinor, keepAlive, false);
    }

    private String written(int clientMinor, boolean keepAlive, boolean websocket) {
        ByteBuf out = Unpooled.buffer();
        head.write(out, clientMinor, keepAlive, websocket);
        return Wire.text(out);
    }
}
