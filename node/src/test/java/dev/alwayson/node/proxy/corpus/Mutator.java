package dev.alwayson.node.proxy.corpus;

import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** Makes messages out of those of the corpus and of a grammar, and finds small ones that fail. */
public final class Mutator {

    private static final int LONGEST = 4000;
    private static final int MAX_CHANGES = 5;
    private static final int MAX_TRIALS = 3000;

    private static final String[] SPLICES = {
        "\r\n",
        "\n",
        "\r",
        "\r\n\r\n",
        "\r\n ",
        ":",
        " ",
        "\t",
        ",",
        "\0",
        "\u007f",
        "\u00ff",
        "Host: b\r\n",
        "Content-Length: 1\r\n",
        "Content-Length: 5\r\n",
        "Connection: a\r\n",
        "Transfer-Encoding: chunked\r\n",
        "chunked",
        "0\r\n\r\n",
        "0",
        "f",
        ";",
        "\"",
        "\\",
        "/",
        "?",
        "#",
        "@",
        "[",
        "]",
        "GET /evil HTTP/1.1\r\nHost: a\r\n\r\n",
        "5\r\nhello\r\n",
        "_"
    };
    private static final String[] METHODS = {"GET", "POST", "HEAD", "OPTIONS", "PUT", "X-Y", "get"};
    private static final String[] TARGETS = {
        "/", "/a/b?c=d", "*", "http://a/", "http://a", "http://a?b", "http://A:80/x", "/%00", "//"
    };
    private static final String[] LINES = {
        "Host: a",
        "Content-Length: 5",
        "Content-Length: 0",
        "Transfer-Encoding: chunked",
        "Connection: close",
        "Connection: keep-alive, X",
        "X: y",
        "X_Y: z",
        "Upgrade: websocket",
        "Connection: upgrade",
        "Expect: 100-continue",
        "Via: 1.1 b",
        "X-Forwarded-For: 1.2.3.4",
        "X-Request-Id: a",
        "TE: trailers",
        "Trailer: A",
        "A:",
        "Cookie: \u00e9",
        "Keep-Alive: timeout=5"
    };
    private static final String[] BODIES = {
        "hello",
        "0\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\n",
        "5;a=\"b\"\r\nhello\r\n00\r\nA: b\r\nHost: c\r\n\r\n",
        ""
    };
    private static final String[] STATUSES = {
        "200 OK", "204 No Content", "304 Not Modified", "100 Continue", "404", "500 ", "103 Early"
    };

    private final Random random;
    private final List<String> messages;

    public Mutator(Random random, List<String> messages) {
        this.random = random;
        this.messages = messages.stream().filter(m -> m.length() < LONGEST).toList();
    }

    public String request() {
        return mutate(random.nextInt(3) == 0 ? grammar(requestLine()) : one());
    }

    public String response() {
        return mutate(random.nextInt(3) == 0 ? grammar(statusLine()) : one());
    }

    private String one() {
        return messages.get(random.nextInt(messages.size()));
    }

    private String of(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String requestLine() {
        return of(METHODS) + " " + of(TARGETS) + " HTTP/1." + (random.nextInt(8) == 0 ? 0 : 1);
    }

    private String statusLine() {
        return "HTTP/1." + (random.nextInt(8) == 0 ? 0 : 1) + " " + of(STATUSES);
    }

    private String grammar(String startLine) {
        StringBuilder message = new StringBuilder(startLine).append("\r\nHost: a\r\n");
        for (int line = random.nextInt(4); line > 0; line--) {
            message.append(of(LINES)).append("\r\n");
        }
        return message.append("\r\n").append(of(BODIES)).toString();
    }

    private String mutate(String original) {
        StringBuilder message = new StringBuilder(original);
        for (int change = random.nextInt(MAX_CHANGES); change > 0 && !message.isEmpty(); change--) {
            int at = random.nextInt(message.length());
            int to = Math.min(message.length(), at + 1 + random.nextInt(20));
            switch (random.nextInt(7)) {
                case 0 -> message.setCharAt(at, (char) random.nextInt(256));
                case 1 -> message.deleteCharAt(at);
                case 2 -> message.insert(at, of(SPLICES));
                case 3 ->
                        message.insert(random.nextInt(message.length()), message.substring(at, to));
                case 4 -> message.delete(at, to);
                case 5 -> message.replace(at, message.length(), tail(one()));
                default -> message.append(one());
            }
        }
        return message.toString();
    }

    private String tail(String message) {
        return message.isEmpty() ? "" : message.substring(random.nextInt(message.length()));
    }

    /** Takes away from the message what it can, as long as it fails. */
    public static String smallest(String message, Predicate<String> fails) {
        String small = message;
        int trials = 0;
        for (int size = Math.max(1, message.length() / 2); size > 0; size /= 2) {
            int at = 0;
            while (at < small.length() && trials++ < MAX_TRIALS) {
                int to = Math.min(small.length(), at + size);
                String smaller = small.substring(0, at) + small.substring(to);
                if (fails.test(smaller)) {
                    small = smaller;
                } else {
                    at += size;
                }
            }
        }
        return small;
    }
}
