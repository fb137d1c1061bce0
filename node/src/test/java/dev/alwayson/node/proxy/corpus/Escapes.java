package dev.alwayson.node.proxy.corpus;

import java.util.HexFormat;

/** Octets as the corpus writes them. */
public final class Escapes {

    /** The lines that the proxy adds to each request of the tests whose Host is {@code a}. */
    public static final String ADDED =
            "Via: 1.1 alwayson\r\n"
                    + "X-Forwarded-For: 127.0.0.1\r\n"
                    + "X-Forwarded-Proto: http\r\n"
                    + "X-Forwarded-Host: a\r\n";

    private Escapes() {}

    /** A line of a file as octets: with a line's end, but for one that ends in a backslash. */
    static String line(String text) {
        int backslashes = text.length() - text.replaceFirst("\\\\+$", "").length();
        boolean continues = backslashes % 2 == 1;
        return continues
                ? octets(text.substring(0, text.length() - 1))
                : octets(text) + (text.equals("{added}") ? "" : "\r\n");
    }

    private static String octets(String text) {
        StringBuilder octets = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\') {
                at = escape(text, at + 1, octets);
            } else if (c == '{') {
                int end = closing(text, at);
                octets.append(braces(text.substring(at + 1, end)));
                at = end + 1;
            } else {
                octets.append(c);
                at++;
            }
        }
        return octets.toString();
    }

    private static int closing(String text, int open) {
        int depth = 0;
        for (int at = open; at < text.length(); at++) {
            char c = text.charAt(at);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0) {
                return at;
            }
        }
        throw new IllegalArgumentException("no } for the { at " + open + ": " + text);
    }

    private static int escape(String text, int at, StringBuilder octets) {
        switch (text.charAt(at)) {
            case 'r' -> octets.append('\r');
            case 'n' -> octets.append('\n');
            case 't' -> octets.append('\t');
            case 's' -> octets.append(' ');
            case '0' -> octets.append('\0');
            case '\\' -> octets.append('\\');
            case '{' -> octets.append('{');
            case 'x' -> {
                octets.append((char) HexFormat.fromHexDigits(text, at + 1, at + 3));
                return at + 3;
            }
            default -> throw new IllegalArgumentException("no such escape: \\" + text.charAt(at));
        }
        return at + 1;
    }

    private static String braces(String text) {
        if (text.equals("added")) {
            return ADDED;
        }
        int times = text.indexOf('*');
        return octets(text.substring(times + 1)).repeat(Integer.parseInt(text.substring(0, times)));
    }

    /** These octets as lines of a file, each after this sign. */
    public static String show(String sign, String octets) {
        StringBuilder shown = new StringBuilder();
        int from = 0;
        while (from < octets.length()) {
            int end = octets.indexOf("\r\n", from);
            String line = octets.substring(from, end < 0 ? octets.length() : end);
            shown.append(sign).append(line.isEmpty() ? "" : " ");
            line.chars().forEach(c -> shown.append(show((char) c)));
            shown.append(end < 0 ? "\\\n" : "\n");
            from = end < 0 ? octets.length() : end + 2;
        }
        return shown.toString();
    }

    private static String show(char octet) {
        return switch (octet) {
            case '\r' -> "\\r";
            case '\n' -> "\\n";
            case '\t' -> "\\t";
            case '\\' -> "\\\\";
            case '{' -> "\\{";
            default ->
                    octet >= ' ' && octet < 0x7f
                            ? String.valueOf(octet)
                            : "\\x" + HexFormat.of().toHexDigits((byte) octet);
        };
    }
}
