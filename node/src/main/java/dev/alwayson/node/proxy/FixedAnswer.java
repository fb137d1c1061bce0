package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.WhenDown;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The answer that {@code when-down} gives, as bytes. */
final class FixedAnswer {

    private final int status;
    private final byte[] head;
    private final byte[] body;

    private FixedAnswer(int status, byte[] head, byte[] body) {
        this.status = status;
        this.head = head;
        this.body = body;
    }

    /**
     * @throws IOException if the body's file cannot be read
     */
    static FixedAnswer of(WhenDown whenDown) throws IOException {
        byte[] body;
        String type = "text/plain; charset=utf-8";
        if (whenDown.bodyFile().isPresent()) {
            Path file = whenDown.bodyFile().get();
            body = Files.readAllBytes(file);
            type = contentType(file.getFileName().toString());
        } else {
            body = "The service is down at the moment.\n".getBytes(StandardCharsets.US_ASCII);
        }
        return new FixedAnswer(
                whenDown.status(), Reply.fixed(whenDown.status(), type, body.length), body);
    }

    private static String contentType(String name) {
        if (name.endsWith(".html") || name.endsWith(".htm")) {
            return "text/html; charset=utf-8";
        }
        return name.endsWith(".json") ? "application/json" : "text/plain; charset=utf-8";
    }

    int status() {
        return status;
    }

    byte[] head() {
        return head;
    }

    byte[] body() {
        return body;
    }
}
