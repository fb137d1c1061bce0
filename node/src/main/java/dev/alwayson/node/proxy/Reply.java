package dev.alwayson.node.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.alwayson.node.proxy.http.Refusal;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The heads of the proxy's own answers, prepared as bytes, without the empty line at their end. */
final class Reply {

    static final byte[] NO_BODY = {};
    static final byte[] END = "\r\n".getBytes(US_ASCII);
    private static final byte[] RETRY_AFTER = "Retry-After: ".getBytes(US_ASCII);
    private static final byte[] CLOSE_END = "Connection: close\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] KEPT_END = "Connection: keep-alive\r\n\r\n".getBytes(US_ASCII);

    private static final Map<Integer, String> REASONS =
            Map.ofEntries(
                    Map.entry(200, "OK"),
                    Map.entry(302, "Found"),
                    Map.entry(400, "Bad Request"),
                    Map.entry(404, "Not Found"),
                    Map.entry(408, "Request Timeout"),
                    Map.entry(413, "Content Too Large"),
                    Map.entry(414, "URI Too Long"),
                    Map.entry(417, "Expectation Failed"),
                    Map.entry(429, "Too Many Requests"),
                    Map.entry(431, "Request Header Fields Too Large"),
                    Map.entry(500, "Internal Server Error"),
                    Map.entry(502, "Bad Gateway"),
                    Map.entry(503, "Service Unavailable"),
                    Map.entry(504, "Gateway Timeout"),
                    Map.entry(505, "HTTP Version Not Supported"));

    /** A redirect up to the host of its location. */
    static final byte[] REDIRECT =
            (line(302) + "Content-Length: 0\r\nCache-Control: no-store\r\nLocation: http://")
                    .getBytes(US_ASCII);

    private static final Map<Refusal, byte[]> REFUSALS = new EnumMap<>(Refusal.class);

    static {
        for (Refusal refusal : Refusal.values()) {
            REFUSALS.put(refusal, wholeRefusal(refusal));
        }
    }

    private Reply() {}

    /** Writes the line that says when to come again (RFC 9110 §10.2.3). */
    static void retryAfter(ByteBuf out, long seconds) {
        out.writeBytes(RETRY_AFTER);
        decimal(out, seconds);
        out.writeBytes(END);
    }

    private static void decimal(ByteBuf out, long number) {
        if (number >= 10) {
            decimal(out, number / 10);
        }
        out.writeByte((int) ('0' + number % 10));
    }

    /** The end of a head: HTTP/1.0 is told also that its connection stays open. */
    static byte[] end(boolean keepAlive, int minorVersion) {
        if (!keepAlive) {
            return CLOSE_END;
        }
        return minorVersion == 0 ? KEPT_END : END;
    }

    /** The whole answer to a request that is refused; the connection then closes. */
    static byte[] refusal(Refusal refusal) {
        return Objects.requireNonNull(REFUSALS.get(refusal));
    }

    private static byte[] wholeRefusal(Refusal refusal) {
        byte[] body = ("The request is not accepted: " + refusal.word() + ".\n").getBytes(US_ASCII);
        byte[] head = head(refusal.status(), "alwayson; error=http_request_error", body.length);
        return join(head, CLOSE_END, body);
    }

    /** The whole answer of a failure outside of an exchange; the connection then closes. */
    static byte[] failure(RequestFailure failure) {
        return join(failure.head(), CLOSE_END, failure.body());
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    static byte[] head(int status, String proxyStatus, int bodyLength) {
        return (line(status)
                        + "Content-Type: text/plain; charset=utf-8\r\n"
                        + "Content-Length: "
                        + bodyLength
                        + "\r\nCache-Control: no-store\r\nProxy-Status: "
                        + proxyStatus
                        + "\r\n")
                .getBytes(US_ASCII);
    }

    /**
     * Of an answer whose status has no body. 204 and 304 end with their head and give no length
     * (RFC 9110 sections 8.6 and 15.4.5); 205 has to say that there is none (RFC 9112 section 6.3).
     */
    static byte[] withoutBody(int status) {
        String length = status == 205 ? "Content-Length: 0\r\n" : "";
        return (line(status) + length + "Cache-Control: no-store\r\n").getBytes(US_ASCII);
    }

    static byte[] fixed(int status, String contentType, int bodyLength) {
        return (line(status)
                        + "Content-Type: "
                        + contentType
                        + "\r\nContent-Length: "
                        + bodyLength
                        + "\r\nCache-Control: no-store\r\n")
                .getBytes(US_ASCII);
    }

    private static String line(int status) {
        return "HTTP/1.1 " + status + " " + REASONS.getOrDefault(status, "") + "\r\n";
    }
}
