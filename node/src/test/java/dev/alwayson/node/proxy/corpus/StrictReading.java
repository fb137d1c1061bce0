package dev.alwayson.node.proxy.corpus;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads octets as HTTP/1 messages by the letter of RFC 9112, slowly and plainly, and shares nothing
 * with the readers it is compared to. It knows no limits.
 */
public final class StrictReading {

    /** How the octets end. */
    public enum Rest {
        /** With the last message. */
        NOTHING,
        /** In the middle of a message. */
        PART,
        /** With what is not HTTP/1. */
        MALFORMED
    }

    /**
     * @param first the start line
     * @param fields name and value in turn
     * @param length of the whole message in octets
     */
    public record Message(String first, List<String> fields, String body, int length) {

        public String method() {
            return first.substring(0, first.indexOf(' '));
        }

        public String target() {
            return first.substring(first.indexOf(' ') + 1, first.lastIndexOf(' '));
        }

        public int status() {
            return Integer.parseInt(first.substring(9, 12));
        }

        public List<String> values(String name) {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < fields.size(); i += 2) {
                if (fields.get(i).equalsIgnoreCase(name)) {
                    values.add(fields.get(i + 1));
                }
            }
            return values;
        }
    }

    private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
    private static final Pattern REQUEST_LINE = Pattern.compile(TOKEN + " [!-~]+ HTTP/1\\.[01]");
    private static final Pattern STATUS_LINE =
            Pattern.compile("HTTP/1\\.[01] [1-5][0-9][0-9]( [\\t -~\\x80-\\xff]*)?");
    private static final Pattern FIELD =
            Pattern.compile("(" + TOKEN + "):[ \\t]*([\\t -~\\x80-\\xff]*?)[ \\t]*");
    private static final Pattern SIZE_LINE =
            Pattern.compile(
                    "0*([0-9A-Fa-f]{1,8})([ \\t]*;[ \\t]*"
                            + TOKEN
                            + "([ \\t]*=[ \\t]*("
                            + TOKEN
                            + "|\"([\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*\"))?)*");

    private final String octets;
    private final List<Message> messages = new ArrayList<>();
    private Rest rest = Rest.NOTHING;
    private @Nullable Message begun;
    private boolean untilClose;
    private int at;

    private StrictReading(String octets) {
        this.octets = octets;
    }

    /** Reads one request after the other, as a proxy sends them. */
    public static StrictReading requests(String octets) {
        return requests(octets, false);
    }

    /**
     * Reads one request after the other, as a proxy takes them: an empty line may stand before each
     * (section 2.2).
     */
    public static StrictReading requestsOfClient(String octets) {
        return requests(octets, true);
    }

    private static StrictReading requests(String octets, boolean emptyLines) {
        StrictReading reading = new StrictReading(octets);
        while (reading.at < octets.length() && reading.rest == Rest.NOTHING) {
            if (emptyLines && octets.startsWith("\r\n", reading.at)) {
                reading.at += 2;
            }
            reading.message(REQUEST_LINE, false);
        }
        return reading;
    }

    /**
     * Reads the responses to requests of these methods.
     *
     * @param closed whether the connection has ended, which ends a body without a length
     */
    public static StrictReading responses(String octets, List<String> methods, boolean closed) {
        StrictReading reading = new StrictReading(octets);
        int answered = 0;
        while (reading.at < octets.length() && reading.rest == Rest.NOTHING) {
            String method = answered < methods.size() ? methods.get(answered) : "GET";
            reading.message(STATUS_LINE, method.equals("HEAD"));
            if (reading.rest == Rest.NOTHING && reading.messages.getLast().status() >= 200) {
                answered++;
            }
        }
        if (closed && reading.rest == Rest.PART && reading.untilClose) {
            reading.rest = Rest.NOTHING;
        }
        return reading;
    }

    public List<Message> messages() {
        return messages;
    }

    public Rest rest() {
        return rest;
    }

    /** The head of the message in whose middle the octets end. */
    public Optional<Message> begun() {
        return rest == Rest.PART ? Optional.ofNullable(begun) : Optional.empty();
    }

    private void message(Pattern startLine, boolean bodiless) {
        int start = at;
        int end = octets.indexOf("\r\n\r\n", at);
        if (end < 0) {
            rest = Rest.PART;
            return;
        }
        String[] lines = octets.substring(at, end).split("\r\n", -1);
        List<String> fields = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            if (!field(lines[i], fields)) {
                return;
            }
        }
        if (!startLine.matcher(lines[0]).matches()) {
            rest = Rest.MALFORMED;
            return;
        }
        at = end + 4;
        Message head = new Message(lines[0], fields, "", 0);
        boolean response = startLine == STATUS_LINE;
        boolean none = bodiless || (response && noBody(head.status()));
        String body = none ? "" : body(head, response);
        begun = head;
        if (rest == Rest.NOTHING || untilClose) {
            begun = null;
            messages.add(new Message(lines[0], fields, body, at - start));
        }
    }

    private boolean field(String line, List<String> fields) {
        Matcher field = FIELD.matcher(line);
        if (!field.matches()) {
            rest = Rest.MALFORMED;
            return false;
        }
        fields.add(field.group(1));
        fields.add(field.group(2));
        return true;
    }

    private static boolean noBody(int status) {
        return status < 200 || status == 204 || status == 304;
    }

    private String body(Message head, boolean response) {
        List<String> lengths = head.values("content-length");
        List<String> codings = head.values("transfer-encoding");
        if (lengths.size() + codings.size() > 1) {
            rest = Rest.MALFORMED;
            return "";
        }
        if (!codings.isEmpty()) {
            boolean right =
                    codings.getFirst().toLowerCase(Locale.ROOT).equals("chunked")
                            && !(response ? head.first() : version(head)).startsWith("HTTP/1.0");
            rest = right ? rest : Rest.MALFORMED;
            return right ? chunks() : "";
        }
        if (!lengths.isEmpty()) {
            return counted(lengths.getFirst());
        }
        if (response) {
            untilClose = true;
            rest = Rest.PART;
            String body = octets.substring(at);
            at = octets.length();
            return body;
        }
        return "";
    }

    private static String version(Message request) {
        return request.first().substring(request.first().lastIndexOf(' ') + 1);
    }

    private String counted(String length) {
        if (!length.matches("[0-9]+")) {
            rest = Rest.MALFORMED;
            return "";
        }
        String digits = length.replaceFirst("^0+(?=.)", "");
        if (digits.length() > 9 || at + Integer.parseInt(digits) > octets.length()) {
            rest = Rest.PART;
            return "";
        }
        String body = octets.substring(at, at + Integer.parseInt(digits));
        at += body.length();
        return body;
    }

    private String chunks() {
        StringBuilder body = new StringBuilder();
        while (true) {
            String line = line();
            if (rest != Rest.NOTHING) {
                return "";
            }
            Matcher size = SIZE_LINE.matcher(line);
            if (!size.matches()) {
                rest = Rest.MALFORMED;
                return "";
            }
            long length = HexFormat.fromHexDigitsToLong(size.group(1));
            if (length == 0) {
                trailers();
                return body.toString();
            }
            if (at + length + 2 > octets.length()) {
                rest = Rest.PART;
                return "";
            }
            body.append(octets, at, (int) (at + length));
            at += (int) length;
            if (!octets.startsWith("\r\n", at)) {
                rest = Rest.MALFORMED;
                return "";
            }
            at += 2;
        }
    }

    private void trailers() {
        List<String> fields = new ArrayList<>();
        String line = line();
        while (rest == Rest.NOTHING && !line.isEmpty()) {
            if (field(line, fields)) {
                line = line();
            }
        }
    }

    private String line() {
        int end = octets.indexOf("\r\n", at);
        if (end < 0) {
            rest = Rest.PART;
            return "";
        }
        String line = octets.substring(at, end);
        at = end + 2;
        return line;
    }
}
