package dev.alwayson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.config.Environment;
import dev.alwayson.node.wiring.Node;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands against a real node that has one backend of one server, which answers. */
final class CommandsTest {

    private static final Duration GENEROUS = Duration.ofSeconds(30);

    @TempDir private Path folder;
    private final CountedPath path = new CountedPath();
    private ServerSocket web1;
    private Path file;
    private Node node;

    /** What a command came to. */
    private record Ran(int exitCode, String output, String errors) {}

    @BeforeEach
    void start() throws Exception {
        web1 = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        file = configuration("");
        node =
                Node.start(
                        file,
                        new Environment(Optional.of("lb1"), Optional.empty(), Map.of()),
                        _ -> path);
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
        web1.close();
    }

    @Test
    void statusIsATableForPeople() throws Exception {
        path.connections.set(2);
        runUntil("serving", "status");

        Ran status = run("status");

        assertThat(status.exitCode()).isZero();
        assertThat(status.output())
                .contains("lb1, version ", ", ready, up ", "shop is up (round-robin, 0 queued)")
                .containsPattern("web +http +127.0.0.1:8080 +4")
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
        path.connections.set(3);
        Ran drained = run("drain", "shop/web1");
        assertThat(drained.exitCode()).isZero();
        assertThat(drained.output()).isEqualTo("shop/web1 is set to drain; 3 connections remain\n");
        assertThat(run("status").output())
                .contains("Runtime changes, which win over the file", "  shop/web1 drain");

        assertThat(run("ready", "shop/web1").output()).startsWith("shop/web1 is set to ready; ");
        assertThat(run("status").output()).doesNotContain("Runtime changes");
    }

    @Test
    void drainWaitsUntilNothingRemains() {
        path.connections.set(2);
        path.draining = true;

        Ran drained = run("drain", "shop/web1", "--wait");

        assertThat(drained.exitCode()).isZero();
        assertThat(drained.output().lines())
                .containsExactly(
                        "shop/web1 is set to drain; 2 connections remain",
                        "1 connection remains",
                        "no connections remain");
    }

    @Test
    void drainSaysWhenTheTimeIsOver() {
        path.connections.set(2);

        Ran drained = run("drain", "shop/web1", "--wait", "--timeout", "300ms");

        assertThat(drained.exitCode()).isEqualTo(ExitCode.NO);
        assertThat(drained.errors())
                .isEqualTo(
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
        assertThat(run("drain", "web1").exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(run("drain", "web1").errors()).contains("web1: must be BACKEND/SERVER");
        assertThat(run("drian", "shop/web1").exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(run("drain", "shop/web1", "--timeout", "5").exitCode())
                .isEqualTo(ExitCode.WRONG_USAGE);
    }

    @Test
    void anAddressThatIsNoneIsWrongUsage() {
        Ran wrong = execute("status", "--admin", "127.0.0.1");
        assertThat(wrong.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(wrong.errors()).contains("127.0.0.1: must be ");
    }

    @Test
    void aNodeThatIsNotThereIsItsOwnExitCode() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        Ran lost = execute("status", "--admin", "127.0.0.1:" + free);
        assertThat(lost.exitCode()).isEqualTo(ExitCode.NODE_UNREACHABLE);
        assertThat(lost.errors())
                .startsWith("127.0.0.1:" + free + ": no node answers there (")
                .endsWith("or name another with --admin\n");
    }

    @Test
    void reloadAppliesOrTellsEveryProblem() throws Exception {
        assertThat(run("reload").output()).isEqualTo("The configuration is applied.\n");

        configuration("colour: blue");
        Ran refused = run("reload");

        assertThat(refused.exitCode()).isEqualTo(ExitCode.NO);
        assertThat(refused.errors())
                .contains(file + ":", "colour")
                .endsWith("Nothing was changed.\n");
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
        CommandLine commands = Commands.create();
        commands.setOut(new PrintWriter(followed, true));
        Thread follower =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> commands.execute(admin("events", "--follow")));
        run("maint", "shop/web1");
        long deadline = System.nanoTime() + GENEROUS.toNanos();
        while (!followed.toString().contains("shop/web1 is set to maint, was ready")) {
            assertThat(System.nanoTime()).as("followed: %s", followed).isLessThan(deadline);
            Thread.sleep(10);
        }
        follower.interrupt();
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
                    health-check: {interval: 500ms, timeout: 500ms, fast-interval: 100ms}
                    servers:
                      web1: 127.0.0.1:%d
                %s
                """
                        .formatted(web1.getLocalPort(), more));
    }

    private void runUntil(String expected, String... arguments) throws InterruptedException {
        long deadline = System.nanoTime() + GENEROUS.toNanos();
        Ran ran = run(arguments);
        while (!ran.output().contains(expected)) {
            assertThat(System.nanoTime()).as("%s", ran).isLessThan(deadline);
            Thread.sleep(20);
            ran = run(arguments);
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
        CommandLine commands = Commands.create();
        commands.setOut(new PrintWriter(output, true));
        commands.setErr(new PrintWriter(errors, true));
        return new Ran(commands.execute(arguments), output.toString(), errors.toString());
    }
}
