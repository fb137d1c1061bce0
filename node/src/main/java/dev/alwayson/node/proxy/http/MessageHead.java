package dev.alwayson.node.proxy.http;

import dev.alwayson.core.balance.Limits;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The head of a message, copied once into a reused array and read there: each header line is a row
 * of offsets. One instance serves all connections of an event loop, so what it says holds only
 * until the next {@code parse}. Confined to that thread.
 *
 * <p>Reading goes from left to right and refuses at the first octet that is wrong, so a part of a
 * message is either incomplete or refused for the same reason as the whole.
 */
abstract sealed class MessageHead permits RequestHead, ResponseHead {

    /** More octets are needed. */
    public static final int INCOMPLETE = 0;

    /** {@link #refusal} says why. */
    public static final int REFUSED = -1;

    /** The rule that would refuse is turned off: above 0, unlike the other answers. */
    static final int PASSED = 1;

    /** What {@link #contentLength} says when the message has no Content-Length. */
    public static final long NO_LENGTH = -1;

    /** What {@link #line} says when there is no such line. */
    public static final int NO_LINE = -1;

    /** A row of {@link #lines}: the name's start and end, the value's, the line's end, the name. */
    static final int ROW = 6;

    static final int NAME_TO = 1;
    static final int VALUE = 2;
    static final int VALUE_TO = 3;
    static final int LINE_TO = 4;
    static final int NAME_ID = 5;

    private static final int FIRST_COPY = 4096;
    private static final int MAX_OPTIONS = 32;
    private static final byte[][] NO_NAMES = {};
    private static final long TOO_LONG = (Long.MAX_VALUE - 9) / 10;

    private static final byte[] CHUNKED = Octets.of("chunked");
    private static final byte[] CLOSE = Octets.of("close");
    private static final byte[] KEEP_ALIVE = Octets.of("keep-alive");
    private static final byte[] UPGRADE = Octets.of("upgrade");

    /** Two octets longer than a head, for targets that the message does not spell out. */
    byte[] bytes = new byte[FIRST_COPY + 2];

    int[] lines = new int[100 * ROW];
    int count;
    int minor;
    long contentLength;
    boolean chunked;
    int upgradeLine;

    final OutgoingHead outgoing = new OutgoingHead();

    private final int[] options = new int[2 * MAX_OPTIONS];
    private int optionCount;
    private boolean closeOption;
    private boolean keepAliveOption;
    private boolean upgradeOption;
    private @Nullable Refusal refusal;
    private final @Nullable Refusal off;

    /**
     * @param off the rule whose checks count for nothing, if it is not a limit; null but for the
     *     tests that show what each rule keeps out
     */
    MessageHead(@Nullable Refusal off) {
        this.off = off;
    }

    /** Reads the start line: the position after it, INCOMPLETE or REFUSED. */
    abstract int startLine(int end, Limits limits);

    /** Notes a line whose name means something only to a request or only to a response. */
    abstract @Nullable Refusal note(int name, int from, int to);

    /** Decides what only the whole head tells. */
    abstract @Nullable Refusal conclude();

    /**
     * Reads the head at the buffer's reader index, which is not moved.
     *
     * @param underscoreNames whether lines whose name has an underscore are passed on
     * @return the head's length in octets, {@link #INCOMPLETE} or {@link #REFUSED}
     */
    final int read(ByteBuf in, Limits limits, boolean underscoreNames) {
        int bound = (int) Math.min(limits.head().bytes(), Integer.MAX_VALUE - 16);
        int whole = Math.min(in.readableBytes(), bound);
        int part = Math.min(whole, FIRST_COPY);
        int length = copyAndRead(in, part, bound, limits, underscoreNames);
        return length == INCOMPLETE && part < whole
                ? copyAndRead(in, whole, bound, limits, underscoreNames)
                : length;
    }

    private int copyAndRead(
            ByteBuf in, int end, int bound, Limits limits, boolean underscoreNames) {
        if (end + 2 > bytes.length) {
            bytes = new byte[bound + 2];
        }
        in.getBytes(in.readerIndex(), bytes, 0, end);
        clear(limits);
        int length = startLine(end, limits);
        if (length > 0) {
            length = fieldLines(length, end, limits.headerLines(), underscoreNames);
        }
        return length == INCOMPLETE && end == bound ? refuse(Refusal.HEAD_TOO_LARGE) : length;
    }

    private void clear(Limits limits) {
        if (lines.length < limits.headerLines() * ROW) {
            lines = new int[limits.headerLines() * ROW];
        }
        count = 0;
        contentLength = NO_LENGTH;
        chunked = false;
        upgradeLine = NO_LINE;
        optionCount = 0;
        closeOption = false;
        keepAliveOption = false;
        upgradeOption = false;
        refusal = null;
    }

    private int fieldLines(int start, int end, int maxLines, boolean underscoreNames) {
        byte[] a = bytes;
        int at = start;
        while (at < end) {
            byte first = a[at];
            if (first == Octets.CR) {
                return emptyLine(at, end);
            }
            if (first == Octets.SP || first == Octets.TAB) {
                if (refuse(Refusal.FOLDED_LINE) == REFUSED) {
                    return REFUSED;
                }
                at = Octets.skipBlanks(a, at, end);
            }
            if (count == maxLines) {
                return refuse(Refusal.TOO_MANY_LINES);
            }
            int plainTo = Octets.skip(a, at, end, Octets.PLAIN_NAME);
            boolean plain = plainTo == end || a[plainTo] != '_';
            int nameTo = plain ? plainTo : Octets.skip(a, plainTo, end, Octets.TOKEN);
            if (nameTo == end) {
                return INCOMPLETE;
            }
            if (a[nameTo] != ':' || nameTo == at) {
                int passed = badName(nameTo, end);
                if (passed != PASSED) {
                    return passed;
                }
            }
            int value = Octets.skipBlanks(a, nameTo + 1, end);
            int valueTo = Octets.skipField(a, value, end);
            int ends = 2;
            if (valueTo + 1 >= end || a[valueTo] != Octets.CR || a[valueTo + 1] != Octets.LF) {
                ends = stop(valueTo, end, Refusal.CONTROL_BYTE);
                if (ends != PASSED) {
                    return ends;
                }
            }
            Refusal wrong = fieldLine(at, nameTo, value, valueTo, plain || underscoreNames);
            if (wrong != null && refuse(wrong) == REFUSED) {
                return REFUSED;
            }
            at = valueTo + ends;
        }
        return INCOMPLETE;
    }

    private int emptyLine(int at, int end) {
        if (at + 1 == end) {
            return INCOMPLETE;
        }
        if (bytes[at + 1] != Octets.LF && refuse(Refusal.BARE_CR) == REFUSED) {
            return REFUSED;
        }
        Refusal wrong = conclude();
        if (wrong != null && refuse(wrong) == REFUSED) {
            return REFUSED;
        }
        dropNamedLines();
        return at + 2;
    }

    private int badName(int at, int end) {
        boolean blank = bytes[at] == Octets.SP || bytes[at] == Octets.TAB;
        return blank ? refuse(Refusal.SPACE_BEFORE_COLON) : stop(at, end, Refusal.BAD_NAME);
    }

    private @Nullable Refusal fieldLine(
            int name, int nameTo, int value, int blankTo, boolean passed) {
        int valueTo = Octets.trimBlanks(bytes, value, blankTo);
        int id = passed ? FieldName.of(bytes, name, nameTo) : FieldName.DROPPED;
        int row = count++ * ROW;
        lines[row] = name;
        lines[row + NAME_TO] = nameTo;
        lines[row + VALUE] = value;
        lines[row + VALUE_TO] = valueTo;
        lines[row + LINE_TO] = blankTo + 2;
        lines[row + NAME_ID] = id;
        return switch (id) {
            case FieldName.CONTENT_LENGTH -> length(value, valueTo);
            case FieldName.TRANSFER_ENCODING -> encoding(value, valueTo);
            case FieldName.CONNECTION -> connection(value, valueTo);
            case FieldName.UPGRADE -> {
                upgradeLine = upgradeLine == NO_LINE ? count - 1 : upgradeLine;
                yield note(id, value, valueTo);
            }
            case FieldName.HOST, FieldName.EXPECT, FieldName.KEEP_ALIVE -> note(id, value, valueTo);
            default -> null;
        };
    }

    private @Nullable Refusal length(int from, int to) {
        if (contentLength != NO_LENGTH) {
            return Refusal.SEVERAL_LENGTHS;
        }
        if (from == to || Octets.skip(bytes, from, to, Octets.DIGIT) != to) {
            return Refusal.BAD_LENGTH;
        }
        long value = 0;
        for (int at = from; at < to; at++) {
            if (value > TOO_LONG) {
                return Refusal.BAD_LENGTH;
            }
            value = value * 10 + bytes[at] - '0';
        }
        contentLength = value;
        return chunked ? Refusal.LENGTH_AND_ENCODING : null;
    }

    private @Nullable Refusal encoding(int from, int to) {
        if (minor == 0) {
            return Refusal.ENCODING_IN_OLD_VERSION;
        }
        if (chunked || !Octets.equalInAnyCase(bytes, from, to, CHUNKED)) {
            return Refusal.BAD_ENCODING;
        }
        chunked = true;
        return contentLength != NO_LENGTH ? Refusal.LENGTH_AND_ENCODING : null;
    }

    /** Reads a list of tokens; empty elements count for nothing (RFC 9110 section 5.6.1). */
    private @Nullable Refusal connection(int from, int to) {
        int at = from;
        while (at < to) {
            int option = Octets.skipBlanks(bytes, at, to);
            int optionTo = Octets.skip(bytes, option, to, Octets.TOKEN);
            int next = Octets.skipBlanks(bytes, optionTo, to);
            if (next < to && bytes[next] != ',') {
                return Refusal.BAD_CONNECTION;
            }
            Refusal wrong = optionTo > option ? option(option, optionTo) : null;
            if (wrong != null) {
                return wrong;
            }
            at = next + 1;
        }
        return null;
    }

    private @Nullable Refusal option(int from, int to) {
        if (Octets.equalInAnyCase(bytes, from, to, KEEP_ALIVE)) {
            keepAliveOption = true;
        } else if (Octets.equalInAnyCase(bytes, from, to, CLOSE)) {
            closeOption = true;
        } else if (Octets.equalInAnyCase(bytes, from, to, UPGRADE)) {
            upgradeOption = true;
        } else {
            return namedLine(from, to);
        }
        return null;
    }

    private @Nullable Refusal namedLine(int from, int to) {
        int id = FieldName.of(bytes, from, to);
        if (id == FieldName.HOST
                || id == FieldName.CONTENT_LENGTH
                || id == FieldName.TRANSFER_ENCODING) {
            return Refusal.CONNECTION_NAMES_FRAMING;
        }
        if (id > FieldName.X_FORWARDED_FOR) {
            return null;
        }
        if (optionCount == MAX_OPTIONS) {
            return Refusal.BAD_CONNECTION;
        }
        options[2 * optionCount] = from;
        options[2 * optionCount + 1] = to;
        optionCount++;
        return null;
    }

    private void dropNamedLines() {
        for (int i = 0; i < optionCount; i++) {
            for (int row = 0; row < count * ROW; row += ROW) {
                if (Octets.equalInAnyCase(
                        bytes,
                        options[2 * i],
                        options[2 * i + 1],
                        lines[row],
                        lines[row + NAME_TO])) {
                    lines[row + NAME_ID] = FieldName.DROPPED;
                }
            }
        }
    }

    /** The lines of this name are not passed on. */
    final void drop(int name) {
        for (int row = 0; row < count * ROW; row += ROW) {
            if (lines[row + NAME_ID] == name) {
                lines[row + NAME_ID] = FieldName.DROPPED;
            }
        }
    }

    /**
     * The one line of this name that may be passed on; {@link #NO_LINE} if it has none, or several.
     */
    final int onlyLine(int name) {
        int only = NO_LINE;
        for (int line = 0; line < count; line++) {
            if (lines[line * ROW + NAME_ID] == name) {
                if (only != NO_LINE) {
                    return NO_LINE;
                }
                only = line;
            }
        }
        return only;
    }

    /**
     * Says what an octet that should not stand here is: the first of a line's end that has not come
     * whole, half of a line's end, a control octet, or else {@code otherwise}.
     */
    final int stop(int at, int end, Refusal otherwise) {
        if (at == end) {
            return INCOMPLETE;
        }
        byte octet = bytes[at];
        if (octet == Octets.CR) {
            if (at + 1 == end) {
                return INCOMPLETE;
            }
            return refuse(bytes[at + 1] == Octets.LF ? otherwise : Refusal.BARE_CR);
        }
        if (octet == Octets.LF) {
            return refuse(Refusal.BARE_LF);
        }
        return refuse(Octets.control(octet) ? Refusal.CONTROL_BYTE : otherwise);
    }

    /**
     * @return {@link #REFUSED}, or {@link #PASSED} where the rule is turned off
     */
    final int refuse(Refusal why) {
        if (why == off) {
            return PASSED;
        }
        refusal = why;
        return REFUSED;
    }

    final boolean upgradeOption() {
        return upgradeOption;
    }

    /** Puts the lines whose name is at most {@code last}, neighbours as one range. */
    final void putLines(int last) {
        int from = 0;
        int to = 0;
        for (int row = 0; row < count * ROW; row += ROW) {
            if (lines[row + NAME_ID] > last) {
                continue;
            }
            if (lines[row] != to) {
                outgoing.put(bytes, from, to);
                from = lines[row];
            }
            to = lines[row + LINE_TO];
        }
        outgoing.put(bytes, from, to);
    }

    /** Why the last {@code parse} refused. */
    public final Refusal refusal() {
        if (refusal == null) {
            throw new IllegalStateException("no refusal: the last head was not refused");
        }
        return refusal;
    }

    /**
     * The array that all offsets refer to. Valid until the next {@code parse}; not to be written.
     */
    public final byte[] bytes() {
        return bytes;
    }

    /** The minor version: 0 or 1. */
    public final int minor() {
        return minor;
    }

    /** The number in Content-Length, or {@link #NO_LENGTH}. */
    public final long contentLength() {
        return contentLength;
    }

    /** Whether the body comes in chunks. */
    public final boolean chunked() {
        return chunked;
    }

    /** The names in Connection whose lines, also those of trailers, are not passed on. */
    public final byte[][] namedByConnection() {
        if (optionCount == 0) {
            return NO_NAMES;
        }
        byte[][] names = new byte[optionCount][];
        for (int i = 0; i < optionCount; i++) {
            names[i] = Arrays.copyOfRange(bytes, options[2 * i], options[2 * i + 1]);
        }
        return names;
    }

    /** Whether the sender wants or allows another message on this connection. */
    public boolean keepAlive() {
        return !closeOption && (minor == 1 || keepAliveOption);
    }

    /** Header lines. */
    public final int lineCount() {
        return count;
    }

    /**
     * The first line of this name, or {@link #NO_LINE}.
     *
     * @param lowerName in lower case
     */
    public final int line(byte[] lowerName) {
        for (int row = 0; row < count * ROW; row += ROW) {
            if (Octets.equalInAnyCase(bytes, lines[row], lines[row + NAME_TO], lowerName)) {
                return row / ROW;
            }
        }
        return NO_LINE;
    }

    public final int valueOffset(int line) {
        return lines[line * ROW + VALUE];
    }

    /** The value's octets, without blanks around it. */
    public final int valueLength(int line) {
        return lines[line * ROW + VALUE_TO] - lines[line * ROW + VALUE];
    }
}
