package dev.alwayson.node.proxy.http;

import static dev.alwayson.node.proxy.http.Wire.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Limits;
import dev.alwayson.core.setting.ByteSize;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules for what comes in from clients, each with a message that keeps it. */
class RequestRulesTest {

    private static final Limits LIMITS = new Limits(new ByteSize(200), new ByteSize(2000), 20);

    /** A message, and why it is refused; null if it is accepted. */
    record Rule(String name, String message, @Nullable Refusal refusal) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Rule> RULES = new ArrayList<>();

    private static void accepts(String name, String message) {
        RULES.add(new Rule(name, message, null));
    }

    private static void refuses(Refusal refusal, String name, String message) {
        RULES.add(new Rule(refusal.word() + ": " + name, message, refusal));
    }

    static {
        requestLines();
        targets();
        versions();
        lineEnds();
        names();
        values();
        lengths();
        encodings();
        hosts();
        connections();
        expectations();
        limits();
    }

    private static void requestLines() {
        accepts("a plain request", get(""));
        accepts("one empty line before the request", "\r\n" + get(""));
        refuses(Refusal.BAD_METHOD, "two empty lines before it", "\r\n\r\n" + get(""));
        refuses(Refusal.BARE_LF, "a bare LF before it", "\n" + get(""));
        refuses(Refusal.BARE_CR, "a bare CR before it", "\r" + get(""));
        accepts("a method of its own", "PURGE! / HTTP/1.1\r\nHost: a\r\n\r\n");
        accepts("a method in lower case", "get / HTTP/1.1\r\nHost: a\r\n\r\n");
        refuses(Refusal.BAD_METHOD, "no method", " / HTTP/1.1\r\nHost: a\r\n\r\n");
        refuses(Refusal.BAD_METHOD, "a parenthesis", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n");
        refuses(Refusal.BAD_METHOD, "a tab after it", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n");
        refuses(Refusal.BAD_METHOD, "obs-text in it", "G\u00c4T / HTTP/1.1\r\nHost: a\r\n\r\n");
        refuses(Refusal.CONTROL_BYTE, "a TLS hello", "\u0016\u0003\u0001\u0002\u0000\u0001");
        refuses(Refusal.BAD_METHOD, "a method alone", "GET\r\nHost: a\r\n\r\n");
        refuses(Refusal.CONNECT, "CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n");
        accepts("a method that begins alike", "CONNECTED / HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    private static void targets() {
        accepts("a path and a query", target("/a/b.html?x=1&y=%20"));
        accepts("what browsers send unescaped", target("/a|b^c`{d}[e]?f|g\\h"));
        accepts("a query with question marks", target("/?a?b??"));
        accepts("an escaped null", target("/%00"));
        accepts("dots", target("/../a/./b"));
        accepts("two slashes", target("//b/c"));
        refuses(Refusal.BAD_TARGET, "no target", target(""));
        refuses(Refusal.BAD_TARGET, "a fragment", target("/a#b"));
        refuses(Refusal.BAD_TARGET, "a fragment in the query", target("/a?b#c"));
        refuses(Refusal.BAD_TARGET, "a quote", target("/\""));
        refuses(Refusal.BAD_TARGET, "an angle bracket", target("/<script>"));
        refuses(Refusal.BAD_TARGET, "a backslash in the path", target("/a\\b"));
        refuses(Refusal.BAD_TARGET, "obs-text", target("/\u00e9"));
        refuses(Refusal.CONTROL_BYTE, "a NUL", target("/a\u0000b"));
        refuses(Refusal.CONTROL_BYTE, "a DEL", target("/a\u007fb"));
        refuses(Refusal.BAD_TARGET, "a tab", target("/a\tb"));
        refuses(Refusal.BAD_TARGET, "a blank", target("/a b"));
        refuses(Refusal.BAD_TARGET, "blanks", target("/a b c"));
        refuses(Refusal.BAD_TARGET, "a blank before what looks like a version", target("/a HTTP"));
        refuses(Refusal.BARE_LF, "a bare LF", target("/a\nb"));
        refuses(Refusal.BARE_CR, "a bare CR", target("/a\rb"));
        refuses(Refusal.BAD_TARGET, "no slash before it", target("index.html"));
        refuses(Refusal.BAD_TARGET, "an authority alone", target("a:80"));
        refuses(Refusal.BAD_TARGET, "another scheme", target("ftp://a/"));
        refuses(Refusal.BAD_TARGET, "a scheme without authority", target("http:///x"));
        refuses(Refusal.BAD_TARGET, "a scheme cut short", target("http:/"));
        refuses(Refusal.BAD_TARGET, "a user", target("http://me@a/"));
        refuses(Refusal.BAD_TARGET, "a port that is none", target("http://a:x/"));
        accepts("an absolute target", target("http://a/x"));
        accepts("an absolute target in capitals", target("HTTP://A/x"));
        accepts("an absolute target with the default port", target("http://a:80/x"));
        refuses(Refusal.BAD_TARGET, "an absolute target of https", target("https://a/x"));
        refuses(Refusal.BAD_TARGET, "https without a path", target("https://a"));
        accepts("an absolute target without path", target("http://a"));
        accepts("an absolute target with query alone", target("http://a?x"));
        refuses(Refusal.HOST_DISAGREES, "another host", target("http://b/x"));
        refuses(Refusal.HOST_DISAGREES, "another port", target("http://a:8080/x"));
        refuses(Refusal.HOST_DISAGREES, "a longer host", target("http://a.a/x"));
        accepts("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
        refuses(Refusal.BAD_TARGET, "GET *", target("*"));
        refuses(Refusal.BAD_TARGET, "OPTIONS **", "OPTIONS ** HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    private static String target(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    private static void versions() {
        accepts("HTTP/1.0", "GET / HTTP/1.0\r\n\r\n");
        refuses(Refusal.BAD_VERSION, "HTTP/0.9", "GET /\r\n\r\n");
        refuses(Refusal.BAD_VERSION, "nothing after the space", version(""));
        refuses(Refusal.UNSUPPORTED_VERSION, "0.9 spelled out", version("HTTP/0.9"));
        refuses(Refusal.UNSUPPORTED_VERSION, "1.2", version("HTTP/1.2"));
        refuses(Refusal.UNSUPPORTED_VERSION, "2.0", version("HTTP/2.0"));
        refuses(
                Refusal.UNSUPPORTED_VERSION,
                "the preface of HTTP/2",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        refuses(Refusal.BAD_VERSION, "two digits", version("HTTP/1.10"));
        refuses(Refusal.BAD_VERSION, "no minor", version("HTTP/1"));
        refuses(Refusal.BAD_VERSION, "a comma", version("HTTP/1,1"));
        refuses(Refusal.BAD_VERSION, "lower case", version("http/1.1"));
        refuses(Refusal.BAD_VERSION, "another protocol", version("ICY/1.1"));
        refuses(Refusal.BAD_VERSION, "a space after it", version("HTTP/1.1 "));
        refuses(Refusal.BAD_VERSION, "a second space before it", version(" HTTP/1.1"));
        refuses(Refusal.BAD_VERSION, "a second time", version("HTTP/1.1 HTTP/1.1"));
    }

    private static String version(String version) {
        return "GET / " + version + "\r\nHost: a\r\n\r\n";
    }

    private static void lineEnds() {
        refuses(Refusal.BARE_LF, "after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n");
        refuses(Refusal.BARE_CR, "after the request line", "GET / HTTP/1.1\rHost: a\r\n\r\n");
        refuses(Refusal.BARE_LF, "after a header line", "GET / HTTP/1.1\r\nHost: a\n\r\n");
        refuses(Refusal.BARE_CR, "after a header line", "GET / HTTP/1.1\r\nHost: a\r\r\n");
        refuses(Refusal.BARE_LF, "as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n");
        refuses(Refusal.BARE_CR, "as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\rGET");
        refuses(Refusal.BARE_LF, "in a value", get("X: a\nY: b\r\n"));
        refuses(Refusal.BARE_CR, "in a value", get("X: a\rY: b\r\n"));
        refuses(Refusal.BARE_CR, "two CR before LF", get("X: a\r\r\n"));
        refuses(Refusal.BARE_LF, "in a name", get("X\nY: b\r\n"));
        refuses(Refusal.BARE_CR, "in a name", get("X\rY: b\r\n"));
        refuses(Refusal.FOLDED_LINE, "by a space", get("X: a\r\n b\r\n"));
        refuses(Refusal.FOLDED_LINE, "by a tab", get("X: a\r\n\tb\r\n"));
        refuses(Refusal.FOLDED_LINE, "blanks alone", get("X: a\r\n  \r\n"));
        refuses(
                Refusal.FOLDED_LINE,
                "the first line",
                "GET / HTTP/1.1\r\n X: a\r\nHost: a\r\n\r\n");
    }

    private static void names() {
        accepts("every octet of a token", get("!#$%&'*+-.^_`|~09azAZ: a\r\n"));
        refuses(Refusal.SPACE_BEFORE_COLON, "a space", get("X : a\r\n"));
        refuses(Refusal.SPACE_BEFORE_COLON, "a tab", get("X\t: a\r\n"));
        refuses(
                Refusal.SPACE_BEFORE_COLON,
                "hidden framing",
                get("Transfer-Encoding : chunked\r\n"));
        refuses(Refusal.BAD_NAME, "no name", get(": a\r\n"));
        refuses(Refusal.BAD_NAME, "no colon", get("X\r\n"));
        refuses(Refusal.BAD_NAME, "a bracket", get("X[1]: a\r\n"));
        refuses(Refusal.BAD_NAME, "obs-text", get("X\u00e9: a\r\n"));
        refuses(Refusal.BAD_NAME, "a slash", get("X/Y: a\r\n"));
        refuses(Refusal.CONTROL_BYTE, "a NUL", get("X\u0000Y: a\r\n"));
        refuses(Refusal.CONTROL_BYTE, "a DEL", get("X\u007f: a\r\n"));
        refuses(Refusal.CONTROL_BYTE, "a vertical tab", get("\u000bX: a\r\n"));
    }

    private static void values() {
        accepts("an empty value", get("X:\r\nY: \t \r\n"));
        accepts("blanks around and within", get("X: \t a \t b \t \r\n"));
        accepts("obs-text", get("X: \u0080\u00ff\u00e9\r\n"));
        accepts("colons and quotes", get("X: \"a:b\", c=\\d\r\n"));
        refuses(Refusal.CONTROL_BYTE, "a NUL", get("X: a\u0000b\r\n"));
        refuses(Refusal.CONTROL_BYTE, "a backspace", get("X: aaaaaaaaaaaa\bb\r\n"));
        refuses(Refusal.CONTROL_BYTE, "an escape", get("X: \u001b[31m\r\n"));
        refuses(Refusal.CONTROL_BYTE, "a DEL", get("X: a\u007fb\r\n"));
        refuses(Refusal.CONTROL_BYTE, "a unit separator", get("X: aaaaaaa\u001fb\r\n"));
    }

    private static void lengths() {
        accepts("a length", get("Content-Length: 5\r\n"));
        accepts("a length of 0", get("Content-Length: 0\r\n"));
        accepts("leading zeros", get("Content-Length: 00005\r\n"));
        accepts("the largest", get("Content-Length: 9223372036854775799\r\n"));
        accepts("a length in HTTP/1.0", "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\n");
        refuses(Refusal.BAD_LENGTH, "none", get("Content-Length:\r\n"));
        refuses(Refusal.BAD_LENGTH, "a plus", get("Content-Length: +5\r\n"));
        refuses(Refusal.BAD_LENGTH, "a minus", get("Content-Length: -5\r\n"));
        refuses(Refusal.BAD_LENGTH, "hexadecimal", get("Content-Length: 0x5\r\n"));
        refuses(Refusal.BAD_LENGTH, "an underscore", get("Content-Length: 5_0\r\n"));
        refuses(Refusal.BAD_LENGTH, "a fraction", get("Content-Length: 5.0\r\n"));
        refuses(Refusal.BAD_LENGTH, "a list", get("Content-Length: 5, 5\r\n"));
        refuses(Refusal.BAD_LENGTH, "a space within", get("Content-Length: 5 0\r\n"));
        refuses(Refusal.BAD_LENGTH, "above", get("Content-Length: 9223372036854775808\r\n"));
        refuses(Refusal.BAD_LENGTH, "far above", get("Content-Length: 18446744073709551621\r\n"));
        refuses(
                Refusal.SEVERAL_LENGTHS,
                "that differ",
                get("Content-Length: 5\r\nContent-Length: 6\r\n"));
        refuses(
                Refusal.SEVERAL_LENGTHS,
                "that agree",
                get("Content-Length: 5\r\ncontent-length: 5\r\n"));
    }

    private static void encodings() {
        accepts("chunked", get("Transfer-Encoding: chunked\r\n"));
        accepts("chunked in capitals", get("TRANSFER-ENCODING: \t CHUNKED \r\n"));
        refuses(Refusal.BAD_ENCODING, "none", get("Transfer-Encoding:\r\n"));
        refuses(Refusal.BAD_ENCODING, "identity", get("Transfer-Encoding: identity\r\n"));
        refuses(Refusal.BAD_ENCODING, "gzip first", get("Transfer-Encoding: gzip, chunked\r\n"));
        refuses(Refusal.BAD_ENCODING, "chunked first", get("Transfer-Encoding: chunked, gzip\r\n"));
        refuses(Refusal.BAD_ENCODING, "twice", get("Transfer-Encoding: chunked, chunked\r\n"));
        refuses(Refusal.BAD_ENCODING, "a comma before", get("Transfer-Encoding: ,chunked\r\n"));
        refuses(Refusal.BAD_ENCODING, "a comma after", get("Transfer-Encoding: chunked,\r\n"));
        refuses(Refusal.BAD_ENCODING, "a parameter", get("Transfer-Encoding: chunked;a=b\r\n"));
        refuses(Refusal.BAD_ENCODING, "quotes", get("Transfer-Encoding: \"chunked\"\r\n"));
        refuses(Refusal.BAD_ENCODING, "more letters", get("Transfer-Encoding: xchunked\r\n"));
        refuses(Refusal.BAD_ENCODING, "obs-text", get("Transfer-Encoding: chunked\u00a0\r\n"));
        refuses(
                Refusal.BAD_ENCODING,
                "two lines",
                get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"));
        refuses(
                Refusal.ENCODING_IN_OLD_VERSION,
                "chunked",
                "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        refuses(
                Refusal.LENGTH_AND_ENCODING,
                "the length first",
                get("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"));
        refuses(
                Refusal.LENGTH_AND_ENCODING,
                "the encoding first",
                get("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"));
    }

    private static void hosts() {
        accepts("a host", host("www.example.com"));
        accepts("a host and a port", host("www.example.com:8080"));
        accepts("an empty port", host("www.example.com:"));
        accepts("an underscore", host("my_service"));
        accepts("an IPv4 address", host("127.0.0.1:80"));
        accepts("an IPv6 address", host("[2001:db8::1]:80"));
        accepts("an IPv6 address without port", host("[::ffff:10.0.0.1]"));
        refuses(Refusal.NO_HOST, "in HTTP/1.1", "GET / HTTP/1.1\r\nX: a\r\n\r\n");
        refuses(Refusal.NO_HOST, "an absolute target", "GET http://a/ HTTP/1.1\r\n\r\n");
        accepts("none in HTTP/1.0", "GET / HTTP/1.0\r\nX: a\r\n\r\n");
        refuses(Refusal.SEVERAL_HOSTS, "that agree", get("Host: a\r\n"));
        refuses(Refusal.SEVERAL_HOSTS, "that differ", get("HOST: b\r\n"));
        refuses(
                Refusal.SEVERAL_HOSTS,
                "in HTTP/1.0",
                "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n");
        refuses(Refusal.BAD_HOST, "none", host(""));
        refuses(Refusal.BAD_HOST, "a port alone", host(":80"));
        refuses(Refusal.BAD_HOST, "a user", host("me@a"));
        refuses(Refusal.BAD_HOST, "a path", host("a/b"));
        refuses(Refusal.BAD_HOST, "a list", host("a, b"));
        refuses(Refusal.BAD_HOST, "a space", host("a b"));
        refuses(Refusal.BAD_HOST, "obs-text", host("\u00e9"));
        refuses(Refusal.BAD_HOST, "a port that is none", host("a:b"));
        refuses(Refusal.BAD_HOST, "a port with a sign", host("a:+80"));
        refuses(Refusal.BAD_HOST, "a port above 65535", host("a:65536"));
        refuses(Refusal.BAD_HOST, "a port that overflows", host("a:99999999999999999999"));
        refuses(Refusal.BAD_HOST, "two ports", host("a:80:81"));
        refuses(Refusal.BAD_HOST, "IPv6 without brackets", host("2001:db8::1"));
        refuses(Refusal.BAD_HOST, "an open bracket", host("[::1"));
        refuses(Refusal.BAD_HOST, "empty brackets", host("[]"));
        refuses(Refusal.BAD_HOST, "text after a bracket", host("[::1]a"));
        refuses(Refusal.BAD_HOST, "a zone", host("[fe80::1%eth0]"));
    }

    private static String host(String host) {
        return "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }

    private static void connections() {
        accepts("close", get("Connection: close\r\n"));
        accepts("several options", get("Connection: keep-alive, Upgrade , x-trace\r\n"));
        accepts("empty elements", get("Connection: ,, close ,\r\n"));
        accepts("none", get("Connection:\r\n"));
        accepts("TE", get("Connection: TE\r\nTE: trailers\r\n"));
        refuses(
                Refusal.CONNECTION_NAMES_FRAMING,
                "the length",
                get("Connection: Content-Length\r\n"));
        refuses(
                Refusal.CONNECTION_NAMES_FRAMING,
                "the encoding",
                get("Connection: close, transfer-encoding\r\n"));
        refuses(Refusal.CONNECTION_NAMES_FRAMING, "the host", get("Connection: Host\r\n"));
        refuses(Refusal.BAD_CONNECTION, "a semicolon", get("Connection: close;\r\n"));
        refuses(Refusal.BAD_CONNECTION, "a space", get("Connection: close x\r\n"));
        refuses(Refusal.BAD_CONNECTION, "33 names", get("Connection: " + "n,".repeat(33) + "\r\n"));
        accepts("32 names", get("Connection: " + "n,".repeat(32) + "\r\n"));
    }

    private static void expectations() {
        accepts("100-continue", get("Expect: 100-Continue\r\nContent-Length: 1\r\n"));
        refuses(Refusal.UNKNOWN_EXPECTATION, "another", get("Expect: 200-ok\r\n"));
        refuses(Refusal.UNKNOWN_EXPECTATION, "a list", get("Expect: 100-continue, x\r\n"));
    }

    private static void limits() {
        accepts("a line of 200", target("/" + "a".repeat(186)));
        refuses(Refusal.REQUEST_LINE_TOO_LONG, "201", target("/" + "a".repeat(187)));
        refuses(Refusal.REQUEST_LINE_TOO_LONG, "a method without end", "A".repeat(300));
        refuses(Refusal.REQUEST_LINE_TOO_LONG, "a target without end", "GET /" + "a".repeat(300));
        accepts("a head of 2000", get("X: " + "a".repeat(2000 - 27 - 5) + "\r\n"));
        refuses(Refusal.HEAD_TOO_LARGE, "2001", get("X: " + "a".repeat(2001 - 27 - 5) + "\r\n"));
        refuses(Refusal.HEAD_TOO_LARGE, "without end", "GET / HTTP/1.1\r\nX: " + "a".repeat(3000));
        accepts("20 lines", get("X: a\r\n".repeat(19)));
        refuses(Refusal.TOO_MANY_LINES, "21", get("X: a\r\n".repeat(20)));
    }

    static Stream<Rule> rules() {
        return RULES.stream();
    }

    @Test
    void thereIsARuleForEachReasonToRefuseARequest() {
        assertThat(RULES).hasSizeGreaterThan(120).doesNotHaveDuplicates();
        Set<Refusal> ofRequests = EnumSet.range(Refusal.BARE_LF, Refusal.UNKNOWN_EXPECTATION);
        ofRequests.remove(Refusal.BAD_STATUS);
        assertThat(RULES).extracting(Rule::refusal).containsAll(ofRequests);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aMessageIsAcceptedOrRefusedForItsReason(Rule rule) {
        ByteBuf in = Wire.buffer("XX" + rule.message);
        in.skipBytes(2);
        check(rule, new RequestHead(), in, rule.message.length());
        assertThat(in.readerIndex()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void whatFollowsAMessageChangesNothing(Rule rule) {
        if (rule.refusal == null) {
            check(
                    rule,
                    new RequestHead(),
                    Wire.buffer(rule.message + "\n\u0000 garbage"),
                    rule.message.length());
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aPartOfAMessageIsIncompleteOrRefusedForTheSameReason(Rule rule) {
        RequestHead head = new RequestHead();
        boolean refused = false;
        for (int length = 0; length < rule.message.length(); length++) {
            int result = parse(head, Wire.buffer(rule.message.substring(0, length)));
            if (result == RequestHead.REFUSED) {
                assertThat(head.refusal()).as("%d octets", length).isEqualTo(rule.refusal);
                refused = true;
            } else {
                assertThat(result).as("%d octets", length).isEqualTo(RequestHead.INCOMPLETE);
                assertThat(refused).as("%d octets: refused before", length).isFalse();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aMessageThatComesOctetByOctetIsDecidedByTheEnd(Rule rule) {
        RequestHead head = new RequestHead();
        int result = RequestHead.INCOMPLETE;
        int seen = 0;
        for (int length = 1; length <= rule.message.length() && result == 0; length++) {
            ByteBuf in = Wire.buffer(rule.message.substring(0, length));
            if (HeadEnd.due(in, seen)) {
                result = parse(head, in);
                seen = length;
            }
        }
        if (rule.refusal == null) {
            assertThat(result).isEqualTo(rule.message.length());
        } else if (result != RequestHead.INCOMPLETE) {
            assertThat(result).isEqualTo(RequestHead.REFUSED);
            assertThat(head.refusal()).isEqualTo(rule.refusal);
        } else {
            assertThat(rule.message).as("not decided").doesNotContain("\r\n\r\n");
        }
    }

    private static int parse(RequestHead head, ByteBuf in) {
        return head.parse(in, LIMITS, false);
    }

    private static void check(Rule rule, RequestHead head, ByteBuf in, int length) {
        int result = parse(head, in);
        if (rule.refusal == null) {
            assertThat(result).as(() -> "refused as " + head.refusal().word()).isEqualTo(length);
        } else {
            assertThat(result).isEqualTo(RequestHead.REFUSED);
            assertThat(head.refusal()).isEqualTo(rule.refusal);
        }
    }
}
