package dev.alwayson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.config.Environment;
import dev.alwayson.node.wiring.Node;
import dev.alwayson.node.wiring.ProxyPath;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands against a real node whose one server listens, and never answers a request. */
final class CommandsTest {

    private static final Duration GENEROUS = Duration.ofSeconds(30);

    @TempDir private Path folder;
    private final List<Socket> clients = new ArrayList<>();
    private ServerSocket web1;
    private Path file;
    private Node node;

    /** What a command came to. */
    private record Ran(int exitCode, String output, String errors) {}

    @BeforeEach
    void start() throws Exception {
        web1 = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        file = configuration("");
        node =
                Node.start(
                        file,
                        new Environment(Optional.of("lb1"), Optional.empty(), Map.of()),
                        ProxyPath::open);
    }

    @AfterEach
    void stop() throws Exception {
        for (Socket client : clients) {
            client.close();
        }
        node.close();
        web1.close();
    }

    @Test
    void statusIsATableForPeople() throws Exception {
        hold(2);

        Ran status = run("status");

        assertThat(status.exitCode()).isZero();
        assertThat(status.output())
                .contains("lb1, version ", ", ready, up ", "shop is up (round-robin, 0 queued)")
                .containsPattern("web +http +127.0.0.1:\\d+ +2")
                .containsPattern("web1 +127.0.0.1:\\d+ +serving +healthy +1 +2 +\\d+s ago")
                .doesNotContain("\u001b");
    }

    @Test
    void statusIsADocumentForPrograms() {
        Ran status = run("status", "--json");
        assertThat(status.exitCode()).isZero();
        assertThat(status.output()).startsWith("{").contains("\"node\" : \"lb1\"");
    }

    @Test
    void drainShowsWhatRemainsAndReadyUndoesIt() throws Exception {
        hold(3);
        Ran drained = run("drain", "shop/web1");
        assertThat(drained.exitCode()).isZero();
        assertThat(drained.output()).isEqualTo("shop/web1 is set to drain; 3 connections remain\n");
        assertThat(run("status").output())
                .contains("Runtime changes, which win over the file", "  shop/web1 drain");

        assertThat(run("ready", "shop/web1").output())
                .isEqualTo("shop/web1 is set to ready; it can serve\n");
        assertThat(run("status").output()).doesNotContain("Runtime changes");
    }

    @Test
    void aChangeThatIsNotStoredIsNotDone() throws Exception {
        // Nothing can take the place of a folder that is not empty.
        Path stored = file.resolveSibling("data").resolve("runtime-changes.json");
        Files.deleteIfExists(stored);
        Files.createDirectories(stored.resolve("in-the-way"));

        Ran drained = run("drain", "shop/web1");

        assertThat(drained.exitCode()).isEqualTo(1);
        assertThat(drained.output()).startsWith("shop/web1 is set to drain");
        assertThat(drained.errors())
                .contains("It holds now, but a restart forgets it", "then repeat the command");
    }

    @Test
    void whoeverTakesTheLastServerAwayIsToldWhatThatMeans() throws Exception {
        runUntil("serving", "status");
        String alarm =
                "Nobody else can serve: shop is down. Its new requests get what its when-down says,"
                        + " else 503; new TCP connections are closed. To undo it: alwayson ready"
                        + " shop/web1\n";
        assertThat(run("drain", "shop/web1").errors()).isEqualTo(alarm);
        assertThat(run("maint", "shop/web1").errors()).isEqualTo(alarm);
        assertThat(run("ready", "shop/web1").errors()).isEmpty();

        configuration("      web2: 127.0.0.1:" + web1.getLocalPort());
        run("reload");
        runUntil("web2 .* serving", "status");
        assertThat(run("drain", "shop/web1").errors()).isEmpty();
    }

    @Test
    void readySaysWhatAServerThatIsDownWaitsFor() throws Exception {
        runUntil("serving", "status");
        web1.close();
        runUntil("unhealthy", "status");
        assertThat(run("ready", "shop/web1").output())
                .isEqualTo(
                        "shop/web1 is set to ready; it can serve when its checks succeed"
                                + " (connection refused)\n");
    }

    @Test
    void drainWaitsUntilNothingRemains() throws Exception {
        hold(2);
        StringWriter output = new StringWriter();
        FutureTask<Integer> drain =
                new FutureTask<>(
                        () -> commands(output).execute(admin("drain", "shop/web1", "--wait")));
        Thread.ofPlatform().daemon().start(drain);

        awaitText(output, "shop/web1 is set to drain; 2 connections remain\n");
        clients.removeLast().close();
        awaitText(output, "\n1 connection remains\n");
        clients.removeLast().close();

        assertThat(drain.get(GENEROUS.toSeconds(), TimeUnit.SECONDS)).isZero();
        assertThat(output.toString()).endsWith("\nno connections remain\n");
    }

    @Test
    void drainSaysWhenTheTimeIsOver() throws Exception {
        hold(2);

        Ran drained = run("drain", "shop/web1", "--wait", "--timeout", "300ms");

        assertThat(drained.exitCode()).isEqualTo(ExitCode.NO);
        assertThat(drained.errors())
                .endsWith(
                        "shop/web1: 2 connections remain after 300ms; it stays drained, wait"
                                + " longer or stop it\n");
    }

    @Test
    void aServerThatDoesNotExistIsSuggestedAnother() {
        Ran wrong = run("maint", "shop/wbe1");
        assertThat(wrong.exitCode()).isEqualTo(ExitCode.NO);
        assertThat(wrong.errors())
                .isEqualTo("shop/wbe1: no such server is configured; did you mean shop/web1?\n");
    }

    @Test
    void wrongUsageIsItsOwnExitCode() {
        for (String name : List.of("web1", "../web1", "shop/..", "./web1", "a/../web1")) {
            assertThat(run("drain", name).exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
            assertThat(run("drain", name).errors()).contains(name + ": must be BACKEND/SERVER");
        }
        assertThat(run("drian", "shop/web1").exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(run("drain", "shop/web1", "--timeout", "5").exitCode())
                .isEqualTo(ExitCode.WRONG_USAGE);
    }

    @Test
    void aWordThatIsNoneIsOnlySuggestedOneThatIsNear() {
        assertThat(execute("drian").errors()).endsWith("Did you mean: drain?\n");
        assertThat(execute("status", "--jsn").errors()).endsWith("Did you mean: --json?\n");
        assertThat(execute("drain", "shop/web1", "shop/web2").errors())
                .startsWith("shop/web2: nothing more is wanted here\nUsage: alwayson drain ")
                .doesNotContain("Did you mean");
        assertThat(execute("status", "--wait", "--timeout", "1s").errors())
                .startsWith("--wait: no such option\nUsage: alwayson status ");
        assertThat(execute("--admin", "127.0.0.1:7070", "status").errors())
                .startsWith(
                        "--admin: no such option here; those of a command come after it\n"
                                + "Usage: alwayson ");
        assertThat(execute("").errors())
                .startsWith("\"\": no such command\nThe commands are check, ");
    }

    @Test
    void aWordThatIsNoCommandIsToldWithThoseThereAre() {
        Ran unknown =
                new Ran(
                        ExitCode.WRONG_USAGE,
                        "",
                        "nonsense: no such command\nThe commands are check, status, events, drain,"
                                + " ready, maint, reload, help\n");
        assertThat(execute("nonsense")).isEqualTo(unknown);
        assertThat(execute("nonsense", "--help")).isEqualTo(unknown);
        assertThat(execute("--help", "nonsense")).isEqualTo(unknown);
        assertThat(execute("help", "nonsense")).isEqualTo(unknown);
        assertThat(execute("help", "drian").errors())
                .isEqualTo("drian: no such command\nDid you mean: drain?\n");
        assertThat(execute("help", "drain").output()).startsWith("Usage: alwayson drain ");
        assertThat(execute("drian", "--help"))
                .isEqualTo(
                        new Ran(
                                ExitCode.WRONG_USAGE,
                                "",
                                "drian: no such command\nDid you mean: drain?\n"));
    }

    @Test
    void optionsThatDoNotGoTogetherAreWrongUsageAndNothingIsDone() {
        Ran events = run("events", "--last", "2", "--after", "3");
        assertThat(events.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(events.output()).isEmpty();
        assertThat(events.errors())
                .startsWith(
                        "--last and --after: each says where to begin, give one of them; --follow"
                                + " and --json go with either\n");

        Ran drain = run("drain", "shop/web1", "--timeout", "5s");
        assertThat(drain.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(drain.output()).isEmpty();
        assertThat(drain.errors())
                .startsWith(
                        "--timeout: says how long --wait waits, give both: --wait --timeout 5s\n");
        assertThat(run("status").output()).doesNotContain("Runtime changes");
    }

    @Test
    void noUsageBreaksALineWithinAName() {
        for (int width = 72; width <= 82; width++) {
            CommandLine commands = Commands.create();
            commands.setUsageHelpAutoWidth(false);
            commands.setUsageHelpWidth(width);
            for (CommandLine command : commands.getSubcommands().values()) {
                assertThat(command.getUsageMessage().lines().map(String::strip))
                        .as("%s", width)
                        .noneMatch(line -> line.endsWith("alwayson.") || line.startsWith("yaml"));
            }
        }
    }

    @Test
    void theHelpListsEveryExitCode() {
        assertThat(execute("help").output())
                .containsPattern("(?m)^ +0 +done$")
                .containsPattern("(?s) 1 .*file cannot be read.*could not be stored")
                .contains(" 2 ", " 3 ")
                .containsPattern("130 +run: a second SIGINT")
                .containsPattern("143 +run: a second SIGTERM");
    }

    @Test
    void anAddressThatIsNoneIsWrongUsage() {
        Ran wrong = execute("status", "--admin", "127.0.0.1");
        assertThat(wrong.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(wrong.errors())
                .contains(
                        "127.0.0.1: must be a host and a port from 1 to 65535, as in 10.0.0.1:80,"
                                + " web1:80 or [::1]:80");
        assertThat(execute("status", "--admin", "127.0.0.1:0").exitCode())
                .isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(execute("status", "--admin", "my_host:1"))
                .isEqualTo(
                        new Ran(
                                ExitCode.NO,
                                "",
                                "my_host:1: cannot stand in a URL; name another with --admin\n"));
    }

    @Test
    void aNodeThatIsNotThereIsItsOwnExitCode() throws Exception {
        int free;
        Ran lost;
        try (Socket silent = new Socket()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            free = silent.getLocalPort();
            lost = execute("status", "--admin", "127.0.0.1:" + free);
        }
        assertThat(lost.exitCode()).isEqualTo(ExitCode.NODE_UNREACHABLE);
        assertThat(lost.errors())
                .isEqualTo(
                        "127.0.0.1:"
                                + free
                                + ": no node answers there (connection refused); start it (alwayson"
                                + " run), or name another with --admin\n");
        assertThat(execute("status", "--admin", "nobody.invalid:1").errors())
                .startsWith("nobody.invalid:1: no node answers there (no such host is known); ");
    }

    @Test
    void reloadAppliesOrTellsEveryProblem() throws Exception {
        assertThat(run("reload").output()).isEqualTo("The configuration is applied.\n");

        configuration("colour: blue");
        Ran refused = run("reload");

        assertThat(refused.exitCode()).isEqualTo(ExitCode.NO);
        assertThat(refused.errors())
                .contains(file + ":", "colour")
                .endsWith("Traffic goes on as before.\n");
    }

    @Test
    void checkPrintsTheEffectiveConfigurationOrEveryProblem() throws Exception {
        Ran well = execute("check", file.toString());
        assertThat(well.exitCode()).isZero();
        assertThat(well.output()).contains("shop:", "fall: 3");

        configuration("colour: blue\nsize: 7");
        Ran bad = execute("check", file.toString());
        assertThat(bad.exitCode()).isEqualTo(ExitCode.NO);
        assertThat(bad.output().lines()).hasSize(2).allMatch(line -> line.startsWith(file + ":"));
    }

    @Test
    void eventsTellTheStoryAndFollowGoesOn() throws Exception {
        runUntil("shop/web1 is healthy, was unknown", "events");
        assertThat(run("events").output().lines().findFirst().orElse(""))
                .containsPattern("^\\d{4}-\\d\\d-\\d\\dT.*Z  lb1  started, version ");
        assertThat(run("events", "--json", "--last", "1").output()).startsWith("{\"position\":");

        StringWriter followed = new StringWriter();
        Thread follower =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> commands(followed).execute(admin("events", "--follow")));
        run("maint", "shop/web1");
        awaitText(followed, "shop/web1 is set to maint, was ready");
        follower.interrupt();
    }

    @Test
    void followingEndsWhenNobodyReadsAnyMore() throws Exception {
        Writer closedPipe =
                new Writer() {
                    @Override
                    public void write(char[] text, int from, int length) throws IOException {
                        throw new IOException("Broken pipe");
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        FutureTask<Integer> follower =
                new FutureTask<>(() -> commands(closedPipe).execute(admin("events", "--follow")));
        Thread.ofPlatform().daemon().start(follower);
        assertThat(follower.get(GENEROUS.toSeconds(), TimeUnit.SECONDS)).isZero();
    }

    @Test
    void everyCommandHasItsUsage() {
        Commands.create().getSubcommands().keySet().stream()
                .filter(name -> !name.equals("help"))
                .forEach(name -> {
                    Ran usage = execute(name, "--help");
                    assertThat(usage.exitCode()).isZero();
                    assertThat(usage.output()).startsWith("Usage: alwayson " + name + " ");
                });
        assertThat(execute("help", "drain").output()).startsWith("Usage: alwayson drain ");
        assertThat(execute("events", "--last", "-1").exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    }

    @Test
    void aNumberThatIsNoneIsToldInPlainWords() {
        for (String option : List.of("--last", "--after")) {
            Ran ran = execute("events", option, "many");
            assertThat(ran.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
            assertThat(ran.errors())
                    .startsWith("Invalid value for option '" + option + "'")
                    .contains("many: must be a whole number, as in 20");
        }
    }

    @Test
    void checkPrintsWhatKeepsANodeFromStartingHere() throws Exception {
        Path logged =
                Files.writeString(
                        folder.resolve("logged.yaml"),
                        """
                        frontends: {web: {bind: ":8080", backend: b, access-log: /nope/dir/x.log}}
                        backends: {b: {servers: {s: s:80}}}
                        """);
        Ran ran = execute("check", logged.toString());
        assertThat(ran.exitCode()).isEqualTo(ExitCode.NO);
        assertThat(ran.output())
                .startsWith(
                        logged + ":1:58: frontends.web.access-log.file: /nope/dir/x.log: cannot")
                .hasLineCount(1);
    }

    @Test
    void aNodeNameThatCannotBeIsWrongUsage() {
        for (String name : List.of("x y", "")) {
            Ran ran = execute("check", "--node", name, file.toString());
            assertThat(ran.exitCode()).isEqualTo(2);
            assertThat(ran.errors())
                    .startsWith(
                            "alwayson: check: --node: "
                                    + (name.isEmpty() ? "\"\"" : name)
                                    + ": must be a name of letters, digits, dots, dashes and"
                                    + " underscores, at most 64 long\n");
        }
        assertThat(execute("check", "--node", "lb7", file.toString()).exitCode()).isZero();
    }

    @Test
    void aTimeThatIsNotPositiveIsToldSo() {
        for (String time : List.of("-5s", "0s")) {
            Ran ran = run("drain", "shop/web1", "--wait", "--timeout", time);
            assertThat(ran.exitCode()).isEqualTo(2);
            assertThat(ran.errors()).contains(time + ": must be more than 0s, as in 30s or 5m\n");
        }
    }

    @Test
    void checkPrintsNotesBesideTheEffectiveConfiguration() throws Exception {
        Path plain = Files.writeString(folder.resolve("plain.yaml"), "frontends: {}\n");
        Path noted =
                Files.writeString(
                        folder.resolve("noted.yaml"),
                        "frontends: {}\nbackends: {old: {servers: {web1: web1:80}}}\n");

        assertThat(execute("check", plain.toString()).errors()).isEmpty();
        Ran ran = execute("check", noted.toString());
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.output()).startsWith("data: ").doesNotContain("note:");
        assertThat(ran.errors())
                .startsWith(noted + ":2:12: note: backends.old: no frontend leads to it: ")
                .hasLineCount(1);
    }

    @Test
    void aTokenThatCannotBeReadIsOneSentence() throws Exception {
        assertThat(run("status", "--token-file", "/nowhere/token"))
                .isEqualTo(
                        new Ran(
                                ExitCode.NO,
                                "",
                                "/nowhere/token: the token cannot be read: there is no such file;"
                                        + " name its file with --token-file\n"));
        Path torn = Files.writeString(folder.resolve("torn"), "to\nken\n");
        assertThat(run("status", "--token-file", torn.toString()).errors())
                .isEqualTo(torn + ": must hold the token: one line of letters, digits and signs\n");
    }

    private Path configuration(String more) throws IOException {
        return Files.writeString(
                folder.resolve("alwayson.yaml"),
                """
                admin: {bind: "127.0.0.1:0"}
                frontends:
                  web: {bind: "127.0.0.1:0", backend: shop}
                backends:
                  shop:
                    health-check:
                      {http: none, interval: 500ms, timeout: 500ms, fast-interval: 100ms}
                    servers:
                      web1: 127.0.0.1:%d
                %s
                """
                        .formatted(web1.getLocalPort(), more));
    }

    /** Has so many requests run on the server, for as long as the test likes. */
    private void hold(int requests) throws IOException, InterruptedException {
        runUntil("serving", "status");
        Matcher web =
                Pattern.compile("web +http +127.0.0.1:(\\d+)").matcher(run("status").output());
        assertThat(web.find()).isTrue();
        for (int i = 0; i < requests; i++) {
            Socket client =
                    new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(web.group(1)));
            client.setSoLinger(true, 0); // gone when it is closed, not only silent
            clients.add(client);
            client.getOutputStream()
                    .write(
                            "GET / HTTP/1.1\r\nHost: shop\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
        }
        runUntil("healthy +1 +" + requests, "status");
    }

    /** Until the output has what this regular expression finds. */
    private void runUntil(String expected, String... arguments) throws InterruptedException {
        Pattern pattern = Pattern.compile(expected);
        long deadline = System.nanoTime() + GENEROUS.toNanos();
        Ran ran = run(arguments);
        while (!pattern.matcher(ran.output()).find()) {
            assertThat(System.nanoTime()).as("%s", ran).isLessThan(deadline);
            Thread.sleep(20);
            ran = run(arguments);
        }
    }

    private static void awaitText(StringWriter output, String text) throws InterruptedException {
        long deadline = System.nanoTime() + GENEROUS.toNanos();
        while (!output.toString().contains(text)) {
            assertThat(System.nanoTime()).as("%s", output).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    private Ran run(String... arguments) {
        return execute(admin(arguments));
    }

    private String[] admin(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--admin", "127.0.0.1:" + node.adminPort()));
        return all.toArray(String[]::new);
    }

    private static Ran execute(String... arguments) {
        StringWriter output = new StringWriter();
        StringWriter errors = new StringWriter();
        CommandLine commands = commands(output);
        commands.setErr(new PrintWriter(errors, true));
        return new Ran(commands.execute(arguments), output.toString(), errors.toString());
    }

    private static CommandLine commands(Writer output) {
        return Commands.create().setOut(new PrintWriter(output, true));
    }
}
