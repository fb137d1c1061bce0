package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.WhenDown;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.setting.FileFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
     * Those of a configuration, by backend.
     *
     * @param problems gets a sentence for each body whose file cannot be read
     */
    static Map<String, FixedAnswer> of(Configuration configuration, List<String> problems) {
        Map<String, FixedAnswer> answers = new HashMap<>();
        configuration
                .backends()
                .forEach((name, backend) ->
                        backend.whenDown()
                                .filter(down -> down.backend().isEmpty())
                                .ifPresent(down -> read(name, down, answers, problems)));
        return answers;
    }

    private static void read(
            String backend,
            WhenDown whenDown,
            Map<String, FixedAnswer> answers,
            List<String> problems) {
        try {
            answers.put(backend, of(whenDown));
        } catch (IOException e) {
            problems.add(
                    "backend "
                            + backend
                            + ": when-down: "
                            + whenDown.bodyFile().map(Object::toString).orElse("")
                            + ": cannot be read: "
                            + FileFault.words(e));
        }
    }

    /**
     * @throws IOException if the body's file cannot be read
     */
    private static FixedAnswer of(WhenDown whenDown) throws IOException {
        if (!whenDown.hasBody()) {
            return new FixedAnswer(
                    whenDown.status(), Reply.withoutBody(whenDown.status()), Reply.NO_BODY);
        }
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
