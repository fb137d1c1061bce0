package dev.alwayson.node.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/** What a server is sent for what a client sent. */
// StringConcatToTextBlock: a text block ends lines by LF, and these are about CR LF.
@SuppressWarnings("StringConcatToTextBlock")
class RequestWriteTest {

    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");
    private static final Forwarding PLAIN = Forwarding.of(CLIENT, false, false, "10.0.0.1:8080");
    private static final Forwarding TRUSTED = Forwarding.of(CLIENT, true, true, "10.0.0.1:8080");
    private static final String ADDED =
            "Via: 1.1 alwayson\r\nX-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\n";

    private final RequestHead head = new RequestHead();

    @Test
    void whatConcernsTheServerIsPassedOnAsItCame() {
        assertThat(
                        sent(
                                "GET /a?b=c HTTP/1.1\r\n"
                                        + "Host: Shop.example:8080\r\n"
                                        + "user-agent:  x  \r\n"
                                        + "Cookie: a=\u00e9\r\n"
                                        + "Via: 1.1 cdn\r\n\r\n"))
                .isEqualTo(
                        "GET /a?b=c HTTP/1.1\r\n"
                                + "Host: Shop.example:8080\r\n"
                                + "user-agent:  x  \r\n"
                                + "Cookie: a=\u00e9\r\n"
                                + "Via: 1.1 cdn\r\n"
                                + ADDED
                                + "X-Forwarded-Host: Shop.example:8080\r\n\r\n");
    }

    @Test
    void whatConcernsOnlyTheConnectionIsNot() {
        assertThat(
                        sent(
                                "\r\nGET / HTTP/1.1\r\n"
                                        + "X-Trace: 1\r\n"
                                        + "Connection: keep-alive, x-trace\r\n"
                                        + "Host: a\r\n"
                                        + "Proxy-Connection: keep-alive\r\n"
                                        + "Keep-Alive: timeout=5\r\n"
                                        + "A: 1\r\n"
                                        + "TE: trailers\r\n"
                                        + "Proxy-Authorization: Basic eA==\r\n"
                                        + "Proxy-Authenticate: Basic\r\n"
                                        + "Upgrade: websocket\r\n"
                                        + "B: 2\r\n\r\n"))
                .isEqualTo(
                        "GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\n"
                                + ADDED
                                + "X-Forwarded-Host: a\r\n\r\n");
    }

    @Test
    void aNameWithAnUnderscoreIsPassedOnOnlyWhereTheSettingSaysSo() {
        String message = Wire.get("Content_Length: 5\r\nX_Y: 1\r\n");
        assertThat(sent(message)).doesNotContain("_");
        head.parse(Wire.buffer(message), Limits.STANDARD, true);
        assertThat(written(PLAIN, false)).contains("Content_Length: 5\r\nX_Y: 1\r\n");
    }

    @Test
    void forwardingLinesOfTheClientAreReplaced() {
        assertThat(
                        sent(
                                Wire.get(
                                        "X-Forwarded-For: 1.1.1.1\r\n"
                                                + "X-Forwarded-Proto: https\r\n"
                                                + "X-Forwarded-Host: evil\r\n"
                                                + "Forwarded: for=1.1.1.1\r\n")))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\n" + ADDED + "X-Forwarded-Host: a\r\n\r\n");
    }

    @Test
    void forwardingLinesOfATrustedProxyAreKeptAndAppendedTo() {
        parse(
                Wire.get(
                        "X-Forwarded-For: 1.1.1.1, 2.2.2.2\r\n"
                                + "X-Forwarded-Proto: http\r\n"
                                + "x-forwarded-for: 3.3.3.3\r\n"
                                + "X-Forwarded-Host: www\r\n"
                                + "Forwarded: for=1.1.1.1\r\n"));
        assertThat(written(TRUSTED, false))
                .isEqualTo(
                        "GET / HTTP/1.1\r\nHost: a\r\n"
                                + "X-Forwarded-Proto: http\r\n"
                                + "X-Forwarded-Host: www\r\n"
                                + "Forwarded: for=1.1.1.1\r\n"
                                + "Via: 1.1 alwayson\r\n"
                                + "X-Forwarded-For: 1.1.1.1, 2.2.2.2, 3.3.3.3, 192.0.2.7\r\n\r\n");
    }

    @Test
    void whatATrustedProxyDoesNotTellIsAdded() {
        parse(Wire.get("X-Forwarded-For:\r\n"));
        assertThat(written(TRUSTED, false))
                .isEqualTo(
                        "GET / HTTP/1.1\r\nHost: a\r\nVia: 1.1 alwayson\r\n"
                                + "X-Forwarded-For: 192.0.2.7\r\n"
                                + "X-Forwarded-Proto: https\r\nX-Forwarded-Host: a\r\n\r\n");
    }

    @Test
    void theFramingIsWrittenAnew() {
        assertThat(sent(Wire.get("content-length: 0012\r\nA: 1\r\n")))
                .contains("\r\nHost: a\r\nA: 1\r\nContent-Length: 12\r\nVia");
        assertThat(sent(Wire.get("Content-Length: 0\r\n"))).contains("\r\nContent-Length: 0\r\n");
        assertThat(sent(Wire.get("transfer-encoding:CHUNKED\r\nA: 1\r\n")))
                .contains("\r\nHost: a\r\nA: 1\r\nTransfer-Encoding: chunked\r\nVia");
    }

    @Test
    void anUpgradeIsPassedOnOnlyWhereItIsAllowed() {
        String message = Wire.get("Connection: Upgrade\r\nUpgrade: WebSocket\r\n");
        assertThat(sent(message)).doesNotContain("pgrade");
        assertThat(head.upgrade()).isEqualTo(RequestHead.Upgrade.WEBSOCKET);
        assertThat(written(PLAIN, true))
                .contains("\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\nVia");
        parse(Wire.get("Connection: upgrade\r\nUpgrade: a/1\r\nUpgrade: websocket\r\n"));
        assertThat(head.upgrade()).isEqualTo(RequestHead.Upgrade.OTHER);
        assertThat(Wire.text(head.bytes(), head.upgradeOffset(), head.upgradeLength()))
                .isEqualTo("a/1");
        assertThat(written(PLAIN, true)).contains("\r\nUpgrade: a/1, websocket\r\n");
    }

    @Test
    void anUpgradeThatCannotBeIsNone() {
        parse(Wire.get("Upgrade: websocket\r\n"));
        assertThat(head.upgrade()).as("without the option").isEqualTo(RequestHead.Upgrade.NONE);
        parse(Wire.get("Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n"));
        assertThat(head.upgrade()).as("with a body").isEqualTo(RequestHead.Upgrade.NONE);
        parse("GET / HTTP/1.0\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
        assertThat(head.upgrade()).as("HTTP/1.0").isEqualTo(RequestHead.Upgrade.NONE);
        assertThat(written(PLAIN, true)).doesNotContain("pgrade");
    }

    @Test
    void anAbsoluteTargetIsSentInOriginForm() {
        assertThat(sent("GET http://A:80/x?y HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("GET /x?y HTTP/1.1\r\nHost: a\r\n");
        assertThat(path()).isEqualTo("/x");
        assertThat(sent("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("GET / HTTP/1.1");
        assertThat(path()).isEqualTo("/");
        assertThat(sent("GET http://a?y HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("GET /?y HTTP/1.1");
        assertThat(path()).isEqualTo("/");
        assertThat(sent("OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("OPTIONS * HTTP/1.1\r\n");
        assertThat(sent("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("OPTIONS * HTTP/1.1\r\n");
    }

    @Test
    void anOldRequestGetsAHost() {
        assertThat(sent("GET / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"))
                .isEqualTo(
                        "GET / HTTP/1.1\r\nHost: 10.0.0.1:8080\r\nContent-Length: 1\r\n"
                                + "Via: 1.0 alwayson\r\nX-Forwarded-For: 192.0.2.7\r\n"
                                + "X-Forwarded-Proto: http\r\n\r\n");
        assertThat(head.hostLength()).isZero();
        assertThat(head.expectContinue()).isFalse();
        assertThat(sent("GET http://B:81/ HTTP/1.0\r\n\r\n"))
                .isEqualTo(
                        "GET / HTTP/1.1\r\nHost: B:81\r\n"
                                + "Via: 1.0 alwayson\r\nX-Forwarded-For: 192.0.2.7\r\n"
                                + "X-Forwarded-Proto: http\r\nX-Forwarded-Host: B:81\r\n\r\n");
        assertThat(host()).isEqualTo("B");
    }

    @Test
    void theRequestIsReadAsItStands() {
        parse(
                "POST /p/q?r HTTP/1.1\r\nHost: [::1]:8080\r\nExpect: 100-continue\r\n"
                        + "Content-Length: 7\r\nX-Id: 42\r\nConnection: close\r\n\r\n");
        assertThat(head.method()).isEqualTo(Method.POST);
        assertThat(head.minor()).isEqualTo(1);
        assertThat(path()).isEqualTo("/p/q");
        assertThat(text(head.targetOffset(), head.targetLength())).isEqualTo("/p/q?r");
        assertThat(text(head.methodOffset(), head.methodLength())).isEqualTo("POST");
        assertThat(text(head.requestLineOffset(), head.requestLineLength()))
                .isEqualTo("POST /p/q?r HTTP/1.1");
        assertThat(host()).isEqualTo("[::1]");
        assertThat(text(head.authorityOffset(), head.authorityLength())).isEqualTo("[::1]:8080");
        assertThat(head.contentLength()).isEqualTo(7);
        assertThat(head.chunked()).isFalse();
        assertThat(head.hasBody()).isTrue();
        assertThat(head.keepAlive()).isFalse();
        assertThat(head.expectContinue()).isTrue();
        assertThat(head.lineCount()).isEqualTo(5);
        int line = head.line(Octets.of("x-id"));
        assertThat(text(head.valueOffset(line), head.valueLength(line))).isEqualTo("42");
        assertThat(head.line(Octets.of("x-no"))).isEqualTo(RequestHead.NO_LINE);
    }

    @Test
    void aConnectionIsKeptAsItsVersionSays() {
        parse(Wire.get(""));
        assertThat(head.keepAlive()).isTrue();
        parse(Wire.get("Connection: x, CLOSE\r\n"));
        assertThat(head.keepAlive()).isFalse();
        parse("GET / HTTP/1.0\r\n\r\n");
        assertThat(head.keepAlive()).isFalse();
        parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
        assertThat(head.keepAlive()).isTrue();
        parse("GET / HTTP/1.0\r\nConnection: Keep-Alive, close\r\n\r\n");
        assertThat(head.keepAlive()).isFalse();
    }

    @Test
    void aRepetitionIsHarmlessForIdempotentMethods() {
        for (Method method : Method.values()) {
            parse(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(head.method()).isEqualTo(method);
        }
        assertThat(Method.values())
                .filteredOn(method -> !method.idempotent())
                .containsExactly(Method.POST, Method.PATCH, Method.OTHER);
        parse("Get / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(head.method()).isEqualTo(Method.OTHER);
    }

    @Test
    void aLargeHeadIsReadWhole() {
        String large = Wire.get("X: " + "a".repeat(9000) + "\r\nY: b\r\n");
        assertThat(sent(large)).contains("\r\nX: " + "a".repeat(9000) + "\r\nY: b\r\nVia");
        assertThat(
                        sent(
                                "GET http://a HTTP/1.1\r\nHost: a\r\nX: "
                                        + "a".repeat(20_000)
                                        + "\r\n\r\n"))
                .startsWith("GET / HTTP/1.1");
    }

    @Test
    void whatWasReadOfARefusedRequestLineCanBeLogged() {
        assertThat(refusedLine("GET /x HTTP/1.1\r\nX : a\r\n")).isEqualTo("GET /x HTTP/1.1");
        assertThat(refusedLine("GET /x HTTP/3.1\r\nX : a\r\n")).isEqualTo("GET /x");
        assertThat(refusedLine("GET x\u0000 HTTP/1.1\r\n")).isEqualTo("GET x");
        assertThat(refusedLine("\u0000\r\n")).isEmpty();
    }

    private String refusedLine(String message) {
        assertThat(head.parse(Wire.buffer(message), Limits.STANDARD, false))
                .isEqualTo(RequestHead.REFUSED);
        return text(head.requestLineOffset(), head.requestLineLength());
    }

    private void parse(String message) {
        assertThat(head.parse(Wire.buffer(message), Limits.STANDARD, false))
                .isEqualTo(message.length());
    }

    private String sent(String message) {
        parse(message);
        return written(PLAIN, false);
    }

    private String written(Forwarding forwarding, boolean upgrade) {
        ByteBuf out = Unpooled.buffer();
        head.write(out, forwarding, upgrade, new RequestId());
        return Wire.text(out);
    }

    private String path() {
        return text(head.pathOffset(), head.pathLength());
    }

    private String host() {
        return text(head.hostOffset(), head.hostLength());
    }

    private String text(int offset, int length) {
        return Wire.text(head.bytes(), offset, length);
    }
}
