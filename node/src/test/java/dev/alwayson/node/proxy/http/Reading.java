package dev.alwayson.node.proxy.http;

import dev.alwayson.core.balance.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the readers of messages make of the octets of a connection, taken in pieces as a connection
 * does: as text, each message's meaning and how it ends; and how each whole one is passed on. For
 * tests; a rule can be turned off.
 */
final class Reading {

    /** A whole message: its octets, what is written for it, and its body. */
    record Passed(String came, String sent, String start, String body) {}

    private static final Forwarding FORWARDING =
            Forwarding.of(InetAddress.ofLiteral("192.0.2.7"), false, false, "10.0.0.1:80");
    private static final long CHUNKED = -1;
    private static final long UNTIL_CLOSE = -2;

    private final @Nullable Method asked;
    private final RequestHead request;
    private final ResponseHead response;
    private final ChunkReader chunks;
    private final Limits limits;

    private final StringBuilder told = new StringBuilder();
    private final List<Passed> passed = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private final ByteBuf sent = Unpooled.buffer();
    private String octets = "";
    private int messageFrom;
    private int at;
    private int headSeen;
    private String start = "";
    private boolean inBody;
    private boolean chunkedOut;
    private boolean last;
    private long left;
    private boolean over;

    private Reading(Limits limits, @Nullable Refusal off, @Nullable Method asked) {
        this.asked = asked;
        this.limits = limits;
        this.request = new RequestHead(off);
        this.response = new ResponseHead(off);
        this.chunks = new ChunkReader(off);
    }

    static Reading ofRequests(Limits limits, @Nullable Refusal off) {
        return new Reading(limits, off, null);
    }

    /** Of what answers one request of this method: interim responses, and the final one. */
    static Reading ofResponses(Limits limits, @Nullable Refusal off, Method asked) {
        return new Reading(limits, off, asked);
    }

    /** What becomes of these octets if they come at once. */
    String all(String whole) {
        take(whole);
        return end();
    }

    void take(String piece) {
        octets += piece;
        while (!over && at < octets.length() && step(false)) {
            // Until it needs more, or is over.
        }
    }

    /** The octets have ended: all that was told. */
    String end() {
        if (!over && at < octets.length() && !inBody) {
            step(true);
        }
        if (inBody && left == UNTIL_CLOSE) {
            bodyEnded();
        } else if (!over && (inBody || at < octets.length())) {
            tell("body " + body);
            tell("incomplete");
        }
        over = true;
        return told.toString();
    }

    List<Passed> passed() {
        return passed;
    }

    /** The word of the rule that refused, or an empty text. */
    static String refusedBy(String told) {
        int from = told.indexOf("refused ");
        return from < 0 ? "" : told.substring(from + 8, told.indexOf('\n', from));
    }

    private boolean step(boolean ended) {
        ByteBuf in = Wire.buffer(octets.substring(at));
        int readable = in.readableBytes();
        boolean more = inBody ? body(in) : head(in, ended);
        at += readable - in.readableBytes();
        if (inBody && left == 0) {
            bodyEnded();
        }
        return more;
    }

    private boolean head(ByteBuf in, boolean ended) {
        if (asked == null && headSeen > 0 && !ended && !HeadEnd.due(in, headSeen)) {
            headSeen = in.readableBytes();
            return false;
        }
        MessageHead head = asked == null ? request : response;
        int length =
                asked == null
                        ? request.parse(in, limits, false)
                        : response.parse(in, limits, asked);
        if (length == MessageHead.INCOMPLETE) {
            headSeen = in.readableBytes();
            return false;
        }
        if (length == MessageHead.REFUSED) {
            tell("refused " + head.refusal().word());
            over = true;
            return false;
        }
        messageFrom = at;
        in.skipBytes(length);
        headSeen = 0;
        sent.clear();
        body.setLength(0);
        chunks.reset(head.namedByConnection());
        inBody = true;
        if (asked == null) {
            begin(request);
        } else {
            begin(response);
        }
        return true;
    }

    private void begin(RequestHead head) {
        start = text(head, head.methodOffset(), head.methodLength());
        tell("request " + start + " 1." + head.minor());
        tell(text(head, head.targetOffset(), head.targetLength()));
        tell(text(head, head.pathOffset(), head.pathLength()));
        tell(text(head, head.hostOffset(), head.hostLength()));
        tellLines(head);
        left = head.chunked() ? CHUNKED : Math.max(0, head.contentLength());
        chunkedOut = head.chunked();
        last = !head.keepAlive();
        head.write(sent, FORWARDING, false, new RequestId());
    }

    private void begin(ResponseHead head) {
        start = Integer.toString(head.status());
        tell("response " + start + " " + head.body());
        tellLines(head);
        left =
                switch (head.body()) {
                    case NONE -> 0;
                    case LENGTH -> head.contentLength();
                    case CHUNKED -> CHUNKED;
                    case UNTIL_CLOSE -> UNTIL_CLOSE;
                };
        chunkedOut = head.chunkedFor(1) && left != 0;
        last = !head.interim();
        head.write(sent, 1, true, false);
    }

    private void tellLines(MessageHead head) {
        for (int i = 0; i < head.lineCount(); i++) {
            tell(text(head, head.valueOffset(i), head.valueLength(i)));
        }
    }

    private boolean body(ByteBuf in) {
        if (left == CHUNKED) {
            return chunk(in);
        }
        int length =
                left == UNTIL_CLOSE ? in.readableBytes() : (int) Math.min(left, in.readableBytes());
        piece(Wire.text(in.readSlice(length)));
        left -= left == UNTIL_CLOSE ? 0 : length;
        return true;
    }

    private boolean chunk(ByteBuf in) {
        switch (chunks.next(in)) {
            case ChunkReader.DATA -> piece(Wire.text(in.readSlice(chunks.available())));
            case ChunkReader.MORE -> {
                return false;
            }
            case ChunkReader.END -> left = 0;
            default -> {
                tell("body " + body);
                tell("refused " + chunks.refusal().word());
                inBody = false;
                over = true;
                return false;
            }
        }
        return true;
    }

    private void piece(String text) {
        body.append(text);
        if (chunkedOut) {
            ChunkWriter.head(sent, text.length());
        }
        sent.writeBytes(Wire.octets(text));
        if (chunkedOut) {
            ChunkWriter.tail(sent);
        }
    }

    private void bodyEnded() {
        if (chunkedOut && left == UNTIL_CLOSE) {
            ChunkWriter.end(sent);
        } else if (chunkedOut) {
            ChunkWriter.end(sent, chunks);
        }
        tell("body " + body);
        tell("complete");
        passed.add(
                new Passed(
                        octets.substring(messageFrom, at),
                        Wire.text(sent),
                        start,
                        body.toString()));
        inBody = false;
        over = last;
    }

    private static String text(MessageHead head, int from, int length) {
        return Wire.text(head.bytes(), from, length);
    }

    private void tell(String what) {
        told.append(what).append('\n');
    }
}
