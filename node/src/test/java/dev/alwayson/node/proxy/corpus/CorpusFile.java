package dev.alwayson.node.proxy.corpus;

import dev.alwayson.node.proxy.corpus.Entry.Answer;
import dev.alwayson.node.proxy.corpus.Entry.End;
import dev.alwayson.node.proxy.corpus.Entry.Left;
import dev.alwayson.node.proxy.corpus.Entry.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one file of the corpus, as the README beside the files describes it. */
final class CorpusFile {

    static final String PLAIN_REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final String file;
    private final List<Entry> entries = new ArrayList<>();
    private String place = "";
    private String name = "";
    private @Nullable Rule rule;
    private List<String> garden = List.of();
    private Map<String, String> settings = new LinkedHashMap<>();
    private List<Part> client = new ArrayList<>();
    private List<Part> server = new ArrayList<>();
    private End clientEnd = End.STAYS;
    private End serverEnd = End.STAYS;
    private @Nullable Answer answer;
    private @Nullable StringBuilder seenByServer;
    private @Nullable StringBuilder seenByClient;
    private boolean partReaches;
    private boolean lastWasClient;

    private CorpusFile(String file) {
        this.file = file;
    }

    static List<Entry> read(String file, List<String> lines) {
        CorpusFile reader = new CorpusFile(file);
        int number = 0;
        for (String line : lines) {
            number++;
            try {
                reader.line(line, number);
            } catch (RuntimeException e) {
                throw new IllegalArgumentException(file + ":" + number + ": " + line, e);
            }
        }
        reader.end();
        return reader.entries;
    }

    private void line(String line, int number) {
        if (line.isBlank() || line.startsWith("#")) {
            return;
        }
        int space = line.indexOf(' ');
        String word = space < 0 ? line : line.substring(0, space);
        String rest = space < 0 ? "" : line.substring(space + 1);
        switch (word) {
            case "==" -> begin(rest, number);
            case "rule" -> rule = rule(rest);
            case "garden" -> garden = List.of(rest.split(" "));
            case "reaches" -> partReaches = part(rest);
            case "set" -> {
                String[] setting = rest.split(" ", 2);
                settings.put(setting[0], setting[1]);
            }
            case "client" -> clientEnd = End.valueOf(rest.toUpperCase(Locale.ROOT));
            case "server" -> serverEnd = End.valueOf(rest.toUpperCase(Locale.ROOT));
            case "answer" -> answer = answer(rest);
            case "pause" -> pause(Duration.ofMillis(Long.parseLong(rest.replace("ms", ""))));
            case ">" -> add(client, Escapes.line(rest), true);
            case "<" -> add(server, Escapes.line(rest), false);
            case ">>" -> {
                seenByServer = seenByServer == null ? new StringBuilder() : seenByServer;
                seenByServer.append(Escapes.line(rest));
            }
            case "<<" -> {
                seenByClient = seenByClient == null ? new StringBuilder() : seenByClient;
                seenByClient.append(Escapes.line(rest));
            }
            default -> throw new IllegalArgumentException("no such word: " + word);
        }
    }

    private void add(List<Part> parts, String octets, boolean isClient) {
        lastWasClient = isClient;
        boolean joins = !parts.isEmpty() && parts.getLast().pause().isZero();
        String before = joins ? parts.removeLast().octets() : "";
        parts.add(new Part(before + octets, Duration.ZERO));
    }

    private void pause(Duration time) {
        List<Part> parts = lastWasClient ? client : server;
        parts.add(new Part(parts.removeLast().octets(), time));
    }

    private static boolean part(String rest) {
        if (!rest.equals("part")) {
            throw new IllegalArgumentException("reaches part, or nothing is said: " + rest);
        }
        return true;
    }

    private static Rule rule(String word) {
        return Arrays.stream(Rule.values())
                .filter(r -> r.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such rule: " + word));
    }

    private static Answer answer(String text) {
        List<Integer> statuses = new ArrayList<>();
        Left left = Left.OPEN;
        for (String word : text.split(" ", -1)) {
            if (Character.isDigit(word.charAt(0))) {
                statuses.add(Integer.valueOf(word));
            } else if (!word.equals("none")) {
                left = Left.valueOf(word.toUpperCase(Locale.ROOT));
            }
        }
        return new Answer(statuses, left);
    }

    private void begin(String title, int number) {
        end();
        place = file + ":" + number;
        name = title;
        rule = null;
        garden = List.of();
        settings = new LinkedHashMap<>();
        client = new ArrayList<>();
        server = new ArrayList<>();
        clientEnd = End.STAYS;
        serverEnd = End.STAYS;
        answer = null;
        partReaches = false;
        seenByServer = null;
        seenByClient = null;
    }

    private void end() {
        if (name.isEmpty()) {
            return;
        }
        Rule broken = rule;
        if (broken == null) {
            throw new IllegalArgumentException(place + ": no rule: " + name);
        }
        boolean fromServer = !server.isEmpty() || serverEnd != End.STAYS;
        if (client.isEmpty()) {
            client.add(new Part(PLAIN_REQUEST, Duration.ZERO));
        }
        entries.add(
                new Entry(
                        place,
                        name,
                        broken,
                        garden,
                        Map.copyOf(settings),
                        List.copyOf(client),
                        clientEnd,
                        List.copyOf(server),
                        serverEnd,
                        answer == null ? standardAnswer(broken, fromServer) : answer,
                        partReaches,
                        Optional.ofNullable(seenByServer).map(StringBuilder::toString),
                        Optional.ofNullable(seenByClient).map(StringBuilder::toString)));
    }

    private static Answer standardAnswer(Rule rule, boolean fromServer) {
        if (rule.refusal().isEmpty()) {
            return new Answer(List.of(200), Left.OPEN);
        }
        return fromServer
                ? new Answer(List.of(502), Left.OPEN)
                : new Answer(List.of(rule.refusal().get().status()), Left.CLOSED);
    }
}
