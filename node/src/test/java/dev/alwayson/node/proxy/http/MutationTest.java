package dev.alwayson.node.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Valid messages changed at random: whatever comes, a reader answers, and by the same rules. */
// StringConcatToTextBlock: a text block ends lines by LF, and these are about CR LF.
@SuppressWarnings("StringConcatToTextBlock")
class MutationTest {

    private static final int ROUNDS = 20_000;
    private static final Forwarding PLAIN =
            Forwarding.of(InetAddress.ofLiteral("2001:db8::7"), false, false, "10.0.0.1:80");
    private static final Forwarding TRUSTED =
            Forwarding.of(InetAddress.ofLiteral("192.0.2.7"), true, true, "10.0.0.1:80");

    private static final List<String> REQUESTS =
            List.of(
                    Wire.get("Content-Length: 10\r\nExpect: 100-continue\r\n"),
                    Wire.get("Transfer-Encoding: chunked\r\nTrailer: X\r\n"),
                    Wire.get("Connection: upgrade, x\r\nUpgrade: websocket\r\nX: y\r\n"),
                    "GET http://a:80?q HTTP/1.1\r\nHost: A\r\nX-Forwarded-For: 1.1.1.1\r\n\r\n",
                    Wire.get("X-Request-Id: a-1\r\nConnection: x\r\nx: x-request-id\r\n"),
                    "OPTIONS * HTTP/1.0\r\nForwarded: for=x\r\nVia: 1.1 x\r\n\r\n",
                    "POST /a/b?c=d HTTP/1.1\r\nHost: [::1]:80\r\nCookie: \u00e9\r\nA_B: c\r\n\r\n");

    private static final List<String> RESPONSES =
            List.of(
                    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close, x\r\nX: y\r\n\r\n",
                    "HTTP/1.1 204\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "HTTP/1.0 404 Not Found\r\nConnection: keep-alive\r\n\r\n",
                    "HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");

    private static final List<String> BODIES =
            List.of(
                    "3\r\nabc\r\n0\r\n\r\n",
                    "a;b=c;d=\"e\\\"f\"\r\n0123456789\r\n00;x\r\nA: 1\r\nHost: 2\r\nB: 3\r\n\r\n");

    private static final String SPLICES =
            "\r\n|\n|\r|\r\n\r\n|\r\n |:| |\t|,|\0|\u007f|\u00ff|Host: b\r\n|Content-Length: 1\r\n"
                    + "|Transfer-Encoding: chunked\r\n|Connection: a\r\n|chunked|0|f|;|\"|/|?|#|@|[|]";

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final RequestIds ids = new RequestIds(random);
    private final String[] splices = SPLICES.split("\\|", -1);

    @Test
    void whatIsAcceptedOfARequestIsWrittenAsARequestOfTheSameMeaning() {
        RequestHead head = new RequestHead();
        RequestHead again = new RequestHead();
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String message = mutate(REQUESTS);
            ByteBuf in = direct(message);
            int result = head.parse(in, Limits.STANDARD, random.nextBoolean());
            assertPartsAgree(message, result, part -> head(again, part));
            if (result > 0) {
                accepted++;
                assertThat(result).as(told(message)).isLessThanOrEqualTo(message.length());
                assertWrittenMeansTheSame(message, head, again);
            }
            in.release();
        }
        assertThat(accepted).as(told("")).isBetween(ROUNDS / 20, ROUNDS * 19 / 20);
    }

    private void assertWrittenMeansTheSame(String message, RequestHead head, RequestHead again) {
        ByteBuf out = Unpooled.buffer();
        boolean upgrade = random.nextBoolean();
        Forwarding forwarding = random.nextBoolean() ? PLAIN : TRUSTED;
        RequestId id = new RequestId();
        if (random.nextBoolean()) {
            id.choose(head, forwarding, ids);
        }
        head.write(out, forwarding, upgrade, id);
        int length = again.parse(out, Limits.STANDARD, true);
        assertThat(length).as(told(message)).isEqualTo(out.readableBytes());
        assertThat(again.method()).as(told(message)).isEqualTo(head.method());
        assertThat(again.chunked()).as(told(message)).isEqualTo(head.chunked());
        assertThat(again.contentLength()).as(told(message)).isEqualTo(head.contentLength());
        assertThat(again.minor()).as(told(message)).isEqualTo(1);
        assertThat(again.upgrade())
                .as(told(message))
                .isEqualTo(upgrade ? head.upgrade() : RequestHead.Upgrade.NONE);
        assertThat(path(again)).as(told(message)).isEqualTo(path(head));
        if (head.hostLength() > 0) {
            assertThat(host(again)).as(told(message)).isEqualToIgnoringCase(host(head));
        }
        assertThat(again.line(Octets.of("keep-alive"))).isEqualTo(RequestHead.NO_LINE);
        assertThat(again.line(Octets.of("via"))).isNotEqualTo(RequestHead.NO_LINE);
        assertThat(again.line(Octets.of("x-forwarded-for"))).isNotEqualTo(RequestHead.NO_LINE);
        if (id.given()) {
            assertThat(id(message, again)).as(told(message)).matches("[!-~&&[^\"\\\\,;]]{1,128}");
        }
    }

    private String id(String message, RequestHead head) {
        int line = head.onlyLine(FieldName.X_REQUEST_ID);
        assertThat(line).as("one id: %s", told(message)).isNotEqualTo(RequestHead.NO_LINE);
        return Wire.text(head.bytes(), head.valueOffset(line), head.valueLength(line));
    }

    @Test
    void whatIsAcceptedOfAResponseIsWrittenAsAResponseOfTheSameMeaning() {
        ResponseHead head = new ResponseHead();
        ResponseHead again = new ResponseHead();
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String message = mutate(RESPONSES);
            Method method = random.nextBoolean() ? Method.GET : Method.HEAD;
            ByteBuf in = direct(message);
            int result = head.parse(in, Limits.STANDARD, method);
            assertPartsAgree(
                    message,
                    result,
                    part -> {
                        int answer = again.parse(part, Limits.STANDARD, method);
                        return answer == ResponseHead.REFUSED ? again.refusal() : answer;
                    });
            if (result > 0) {
                accepted++;
                ByteBuf out = Unpooled.buffer();
                head.write(out, 1, random.nextBoolean(), random.nextBoolean());
                assertThat(again.parse(out, Limits.STANDARD, method))
                        .as(told(message))
                        .isEqualTo(out.readableBytes());
                assertThat(again.status()).as(told(message)).isEqualTo(head.status());
                assertThat(again.body() == head.body() || again.chunked())
                        .as(told(message))
                        .isTrue();
            }
            in.release();
        }
        assertThat(accepted).as(told("")).isBetween(ROUNDS / 20, ROUNDS * 19 / 20);
    }

    @Test
    void aBodyIsTheSameHoweverItIsCut() {
        ChunkReader whole = new ChunkReader();
        ChunkReader cut = new ChunkReader();
        for (int round = 0; round < ROUNDS; round++) {
            String message = mutate(BODIES);
            whole.reset(Wire.NO_NAMES);
            cut.reset(Wire.NO_NAMES);
            ByteBuf in = direct(message);
            StringBuilder body = new StringBuilder();
            int expected = drain(whole, in, body);
            StringBuilder pieces = new StringBuilder();
            int result = ChunkReader.MORE;
            for (int at = 0; at < message.length() && result == ChunkReader.MORE; ) {
                int to = Math.min(message.length(), at + 1 + random.nextInt(6));
                result = drain(cut, Wire.buffer(message.substring(at, to)), pieces);
                at = to;
            }
            assertThat(result).as(told(message)).isEqualTo(expected);
            assertThat(pieces).as(told(message)).hasToString(body.toString());
            if (result == ChunkReader.REFUSED) {
                assertThat(cut.refusal()).as(told(message)).isEqualTo(whole.refusal());
            }
            in.release();
        }
    }

    /** What a reader makes of a part: a number or a refusal. */
    private interface Reader {
        Object read(ByteBuf part);
    }

    private static Object head(RequestHead head, ByteBuf part) {
        int answer = head.parse(part, Limits.STANDARD, false);
        return answer == RequestHead.REFUSED ? head.refusal() : answer;
    }

    /** A part is incomplete, or answered as the whole is. */
    private void assertPartsAgree(String message, int whole, Reader reader) {
        Object expected = reader.read(Wire.buffer(message));
        int answer = expected instanceof Integer n ? n : RequestHead.REFUSED;
        assertThat(answer).as(told(message)).isEqualTo(whole);
        int length = random.nextInt(message.length() + 1);
        Object part = reader.read(Wire.buffer(message.substring(0, length)));
        if (!part.equals(RequestHead.INCOMPLETE)) {
            assertThat(part).as(told(message)).isEqualTo(expected);
        }
    }

    private static int drain(ChunkReader reader, ByteBuf in, StringBuilder body) {
        int result = reader.next(in);
        while (result == ChunkReader.DATA) {
            body.append(Wire.text(in.readSlice(reader.available())));
            result = reader.next(in);
        }
        return result;
    }

    private String mutate(List<String> messages) {
        StringBuilder message = new StringBuilder(messages.get(random.nextInt(messages.size())));
        for (int change = random.nextInt(4); change > 0 && !message.isEmpty(); change--) {
            int at = random.nextInt(message.length());
            switch (random.nextInt(4)) {
                case 0 -> message.setCharAt(at, (char) random.nextInt(256));
                case 1 -> message.deleteCharAt(at);
                case 2 -> message.insert(at, splices[random.nextInt(splices.length)]);
                default -> {
                    int to = Math.min(message.length(), at + random.nextInt(20));
                    message.insert(random.nextInt(message.length()), message.substring(at, to));
                }
            }
        }
        return message.toString();
    }

    /** In memory of its own size, so that reading outside of it fails. */
    private static ByteBuf direct(String message) {
        ByteBuf buffer =
                Unpooled.directBuffer(Math.max(1, message.length()), Math.max(1, message.length()));
        return buffer.writeBytes(Wire.octets(message));
    }

    private String told(String message) {
        return "seed " + seed + ": " + message;
    }

    private static String path(RequestHead head) {
        return Wire.text(head.bytes(), head.pathOffset(), head.pathLength());
    }

    private static String host(RequestHead head) {
        return Wire.text(head.bytes(), head.hostOffset(), head.hostLength());
    }
}
