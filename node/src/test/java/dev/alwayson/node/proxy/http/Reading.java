package dev.alwayson.node.proxy.http;

import dev.alwayson.core.balance.Limits;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What the readers of messages make of the octets of a connection, as text: each message's meaning,
 * then how it ends. For tests; a rule can be turned off.
 */
final class Reading {

    private final RequestHead request;
    private final ResponseHead response;
    private final ChunkReader chunks;
    private final Limits limits;
    private final StringBuilder told = new StringBuilder();
    private boolean over;

    Reading(Limits limits, @Nullable Refusal off) {
        request = new RequestHead(off);
        response = new ResponseHead(off);
        chunks = new ChunkReader(off);
        this.limits = limits;
    }

    /** What becomes of these octets from a client. */
    String requests(ByteBuf in) {
        while (in.isReadable() && !over) {
            int length = request.parse(in, limits, false);
            if (!headEnded(length, request)) {
                break;
            }
            in.skipBytes(length);
            tell("request " + request.method() + " 1." + request.minor());
            tell(text(request.pathOffset(), request.pathLength()));
            tell(text(request.hostOffset(), request.hostLength()));
            for (int i = 0; i < request.lineCount(); i++) {
                tell(text(request.valueOffset(i), request.valueLength(i)));
            }
            if (request.chunked()) {
                chunked(in);
            } else if (request.contentLength() > 0) {
                counted(in, request.contentLength());
            }
            over |= !request.keepAlive();
        }
        return told.toString();
    }

    /** What becomes of these octets from a server, asked by this method. */
    String responses(ByteBuf in, Method method) {
        boolean interim = true;
        while (in.isReadable() && !over && interim) {
            int length = response.parse(in, limits, method);
            if (!headEnded(length, response)) {
                break;
            }
            in.skipBytes(length);
            interim = response.interim();
            tell("response " + response.status() + " " + response.body());
            switch (response.body()) {
                case NONE, UNTIL_CLOSE -> {}
                case LENGTH -> counted(in, response.contentLength());
                case CHUNKED -> chunked(in);
            }
        }
        return told.toString();
    }

    /** The word of the rule that refused, or an empty text. */
    static String refusedBy(String told) {
        int at = told.indexOf("refused ");
        return at < 0 ? "" : told.substring(at + 8, told.indexOf('\n', at));
    }

    private boolean headEnded(int length, MessageHead head) {
        if (length == MessageHead.INCOMPLETE) {
            tell("incomplete");
        } else if (length == MessageHead.REFUSED) {
            tell("refused " + head.refusal().word());
        }
        return length > 0;
    }

    private void counted(ByteBuf in, long length) {
        int there = (int) Math.min(length, in.readableBytes());
        tell("body " + Wire.text(in.readSlice(there)));
        end(there < length);
    }

    private void chunked(ByteBuf in) {
        chunks.reset();
        int result = chunks.next(in);
        StringBuilder body = new StringBuilder();
        while (result == ChunkReader.DATA) {
            body.append(Wire.text(in.readSlice(chunks.available())));
            result = chunks.next(in);
        }
        tell("body " + body);
        if (result == ChunkReader.REFUSED) {
            tell("refused " + chunks.refusal().word());
        }
        end(result != ChunkReader.END);
    }

    private void end(boolean inTheMiddle) {
        over = inTheMiddle;
        tell(inTheMiddle ? "incomplete" : "complete");
    }

    private String text(int from, int length) {
        return Wire.text(request.bytes(), from, length);
    }

    private void tell(String what) {
        told.append(what).append('\n');
    }
}
