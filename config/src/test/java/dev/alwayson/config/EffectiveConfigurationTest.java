package dev.alwayson.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The effective configuration, read again, is the configuration. */
class EffectiveConfigurationTest {

    private static final int RANDOM_FILES = 100;
    private static final int MUTILATED_FILES = 500;

    @TempDir Path folder;

    static List<Path> examples() throws IOException {
        return ExamplesTest.examples();
    }

    private void comesBackEqual(WrittenFile file, String description) throws IOException {
        Reading.Valid first = file.valid();
        String effective = EffectiveConfiguration.of(first);
        Path again = Files.writeString(folder.resolve("effective.yaml"), effective);
        Reading.Valid second = new WrittenFile(again, file.environment()).valid();
        assertThat(second.configuration())
                .as("%s%n%s", description, effective)
                .isEqualTo(first.configuration());
        assertThat(EffectiveConfiguration.of(second)).isEqualTo(effective);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleComesBackEqual(Path example) throws IOException {
        comesBackEqual(new WrittenFile(example, WrittenFile.LB1), example.toString());
    }

    @Test
    void anAlmostEmptyFileComesBackWithEveryDefaultFilledIn() throws IOException {
        WrittenFile file = WrittenFile.of(folder, "frontends: {}\n");
        assertThat(EffectiveConfiguration.of(file.valid()))
                .isEqualTo(
                        """
                        data: FOLDER/data
                        admin:
                          bind: 127.0.0.1:7070
                        frontends: {}
                        backends: {}
                        shutdown:
                          unready-time: 0s
                          timeout: 30s
                        """
                                .replace("FOLDER", folder.toString()));
        comesBackEqual(file, "almost empty");
    }

    @Test
    void whatIsAskedForByDefaultIsShownAsItCanBeWritten() throws IOException {
        WrittenFile file =
                WrittenFile.of(
                        folder,
                        """
                        frontends:
                          web: {bind: ":80", backend: shop}
                          db: {bind: ":81", mode: tcp, backend: store}
                        backends:
                          shop: {servers: {web1: web1:80}}
                          store: {servers: {pg1: pg1:80}}
                        """);
        assertThat(EffectiveConfiguration.of(file.valid()))
                .contains(
                        """
                            health-check:
                              http: /
                              method: HEAD
                              expect-status: [200-599]
                              interval: 2s
                        """,
                        """
                            health-check:
                              http: none
                              interval: 2s
                        """);
        comesBackEqual(file, "checks by default");
    }

    @Test
    void randomFilesComeBackEqual() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < RANDOM_FILES; i++) {
            String text = new RandomFile(random, folder).text();
            comesBackEqual(WrittenFile.of(folder, text), "seed " + seed + ", file\n" + text);
        }
    }

    @Test
    void aMutilatedFileIsRefusedWithPlacesInItOrComesBackEqual() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < MUTILATED_FILES; i++) {
            String text = mutilated(new RandomFile(random, folder).text(), random);
            WrittenFile file = WrittenFile.of(folder, text);
            String description = "seed " + seed + ", file\n" + text;
            long lines = text.lines().count() + 1;
            switch (ConfigurationFile.read(file.path(), file.environment())) {
                case Reading.Valid _ -> comesBackEqual(file, description);
                case Reading.Invalid invalid ->
                        assertThat(invalid.problems())
                                .as(description)
                                .isNotEmpty()
                                .allSatisfy(problem -> {
                                    assertThat(problem.rule()).isNotBlank();
                                    assertThat(problem.toString()).hasLineCount(1);
                                    assertThat(problem.place().orElse(Place.START).line())
                                            .isBetween(1, (int) lines);
                                });
            }
        }
    }

    /** With up to three pieces taken out, doubled or replaced by signs that YAML knows. */
    private static String mutilated(String text, Random random) {
        StringBuilder result = new StringBuilder(text);
        for (int i = 0; i <= random.nextInt(3); i++) {
            int from = whole(result, random.nextInt(result.length()));
            int to = whole(result, Math.min(result.length(), from + random.nextInt(20)));
            String sign = SIGNS[random.nextInt(SIGNS.length)];
            switch (random.nextInt(3)) {
                case 0 -> result.delete(from, to);
                case 1 -> result.insert(from, result.substring(from, to));
                default -> result.insert(from, sign);
            }
        }
        return result.toString();
    }

    /** Not between the halves of a character, which no file can hold alone. */
    private static int whole(CharSequence text, int at) {
        return at < text.length() && Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
    }

    private static final String[] SIGNS = {
        ":", "{", "}", "[", "]", "\n", "\n  ", "\t", "*a", "&a ", "!", "'", "\"", "- ", "? ", "${",
        "${node}", "#", "---\n", "\r\n", "\u0000", "\uFEFF", "\u2028", "😀", "<<: ", "%", "@", "|",
        ">"
    };

    /** A valid file that leaves out or gives each setting at random. */
    private record RandomFile(Random random, Path folder) {

        private static final String[] TEXTS = {
            "plain",
            "null",
            "~",
            "true",
            "- a",
            "a: b",
            "a #b",
            "[x]",
            "{y}",
            "*z",
            "&q",
            "!t",
            "%p",
            "@at",
            "`b",
            "quo\\\"te",
            "back\\\\slash",
            "ümlaut",
            "日本",
            "\\u2028x",
            "$${node}",
            "$$",
            "$${a}$${b",
            "'",
            ": ",
            "x:",
            "\\u00a0",
            "😀",
            "0x10",
            "1e3",
            "?"
        };

        private static final String[] PATHS = {
            "FOLDER/b", "a b", "../x", "null", "# c", "quo\\\"te", "back\\\\slash", "$${node}", "x:"
        };

        private String path() {
            return one(PATHS).replace("FOLDER", folder.toString());
        }

        private String text() {
            List<String> lines = new ArrayList<>();
            lines.add("data: \"" + path() + "\"");
            lines.add("shutdown: {" + some("unready-time: " + duration(3600), "timeout: 1d") + "}");
            lines.add("frontends:");
            for (int i = 0; i <= random.nextInt(3); i++) {
                lines.add("  " + one("web", "a.b", "null", "-x", "_", "8080", "true") + i + ":");
                lines.add(
                        "    bind: "
                                + one(
                                        "':" + (80 + i) + "'",
                                        "['[::" + (1 + i) + "]:0', 'h:" + (80 + i) + "']"));
                lines.add("    backend: b0");
                lines.addAll(random.nextBoolean() ? http() : List.of("    mode: tcp"));
            }
            lines.add("backends:");
            lines.add("  b0: {servers: {s: '[fd00::1]:80'}" + backend() + "}");
            lines.add(
                    "  b1: {servers: {"
                            + server()
                            + "}, when-down: {backend: b0}"
                            + backend()
                            + "}");
            return String.join("\n", lines) + "\n";
        }

        private List<String> http() {
            return subset(
                            Stream.of(
                                    "mode: http",
                                    "routes: [{path: /a, backend: b1}, {host: '*.x', backend: b0}]",
                                    "timeouts: {"
                                            + some("idle: " + duration(86_400), "tunnel: 3h")
                                            + "}",
                                    "access-log: \"" + path() + "\"",
                                    "max-body: " + one("0B", "1023B", "3MiB", "7GiB", "unlimited"),
                                    "upgrade: websocket",
                                    "trusted-proxies: [10.0.0.0/8, '::1', 'fd00::/8']",
                                    "request-id: true",
                                    "limits: {"
                                            + some("request-line: 1000B", "header-lines: 7")
                                            + "}",
                                    "clients: {"
                                            + some(
                                                    "max-connections: 100",
                                                    "max-connections-per-address: 1000000",
                                                    "requests-per-second: 7, request-burst: 9,"
                                                            + " exempt: [10.0.0.0/8, '::1']")
                                            + "}",
                                    "underscore-names: true"))
                    .map(line -> "    " + line)
                    .toList();
        }

        private String server() {
            return "s: {address: 10.0.0.1:80, "
                    + some("weight: 256", "max-connections: 9", "slow-start: 90s", "backup: true")
                    + "}";
        }

        private String backend() {
            String check =
                    random.nextBoolean()
                            ? one("tcp", "none", "{interval: 61s}", "{http: none, rise: 7}")
                            : "{http: '/%20?a=b', "
                                    + one("method: HEAD", "expect-text: \"" + one(TEXTS) + "\"")
                                    + ", "
                                    + some(
                                            "expect-status: [200, 300-399]",
                                            "jitter: 12.5%",
                                            "host: 'h:1'")
                                    + "}";
            return subset(
                            Stream.of(
                                    "health-check: " + check,
                                    "balance: " + one("source-hash", "random-two"),
                                    one(
                                            "eject: on",
                                            "eject: off",
                                            "eject: {base: 2m, on-status: [502]}"),
                                    one("panic: 0%", "panic: 33.3%"),
                                    "max-queue: " + random.nextInt(1_000_001),
                                    "retries: {"
                                            + some("budget: 99.9%", "on-status: 500", "attempts: 9")
                                            + "}",
                                    "timeouts: {" + some("connect: 1500ms", "queue: 0s") + "}"))
                    .reduce("", (all, line) -> all + ", " + line);
        }

        private String duration(int maxSeconds) {
            return 1 + random.nextInt(maxSeconds) + one("s", "ms");
        }

        private String one(String... choices) {
            return choices[random.nextInt(choices.length)];
        }

        private String some(String... settings) {
            return String.join(", ", subset(Stream.of(settings)).toList());
        }

        private Stream<String> subset(Stream<String> all) {
            return all.filter(_ -> random.nextBoolean());
        }
    }
}
