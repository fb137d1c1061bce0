package dev.alwayson.node.proxy;

import dev.alwayson.node.proxy.corpus.StrictReading.Message;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What a server takes a request for, as it tells in a line of its response: method, target, Host
 * and body.
 *
 * @param host in small letters, for its case means nothing (RFC 9110 section 4.2.3) and Jetty gives
 *     back the one that it saw before; {@code -} if there is none
 * @param body its octets in hexadecimal digits, {@code -} if there are none
 */
record Understood(String method, String target, String host, String body) {

    /** The line's name. */
    static final String LINE = "Understood";

    static Understood of(String method, String target, String host, byte[] body) {
        return new Understood(
                method,
                target,
                host.isEmpty() ? "-" : host.toLowerCase(Locale.ROOT),
                body.length == 0 ? "-" : HexFormat.of().formatHex(body));
    }

    /** As we understand it. */
    static Understood of(Message request) {
        return of(
                request.method(),
                request.target(),
                String.join(" and ", request.values("host")),
                request.body().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The line's value. */
    @Override
    public String toString() {
        return method + " " + target + " " + host + " " + body;
    }
}
