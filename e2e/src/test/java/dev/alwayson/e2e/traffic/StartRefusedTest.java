package dev.alwayson.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.app.demo.FreePort;
import dev.alwayson.e2e.node.RunningNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a node from starting is one clear sentence; nothing is left running or listening. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StartRefusedTest {

    @TempDir private Path folder;
    private int port;
    private int secondPort;
    private int adminPort;

    @BeforeEach
    void ports() throws IOException {
        port = FreePort.one();
        secondPort = FreePort.one();
        adminPort = FreePort.one();
    }

    private Path file(String data) throws IOException {
        return Files.writeString(
                folder.resolve("alwayson.yaml"),
                """
                data: %s
                admin: {bind: "127.0.0.1:%d"}
                frontends:
                  web:
                    bind: ["127.0.0.1:%d", "127.0.0.1:%d"]
                    backend: shop
                    access-log: ./web.log
                backends:
                  shop: {servers: {web1: "127.0.0.1:1"}}
                """
                        .formatted(data, adminPort, port, secondPort));
    }

    private void refused(Alwayson run, String... words) {
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).hasLineCount(1).contains(words);
        assertThat(RawClient.refused(port)).isTrue();
        assertThat(RawClient.refused(adminPort)).isTrue();
        assertThat(folder.resolve("web.log")).doesNotExist();
    }

    @Test
    void aPortInUse() throws IOException {
        try (WebServer other = WebServer.start("other", secondPort)) {
            refused(
                    Alwayson.run("run", file("data").toString()),
                    "frontend web: 127.0.0.1:" + secondPort + ": cannot listen there: ",
                    "stop what uses it, or choose another address");
            assertThat(RawClient.once(other.port(), "/").body()).isEqualTo("other");
        }
    }

    @Test
    void anAddressOfIpv6WhereThereIsNone() throws IOException {
        Path file = file("data");
        String other =
                Files.readString(file).replace("127.0.0.1:" + secondPort, "[::1]:" + secondPort);
        String without = "java=$1; shift; exec $java -Djava.net.preferIPv4Stack=true \"$@\"";

        refused(
                Alwayson.runUnder(
                        List.of("sh", "-c", without, "sh"),
                        "run",
                        Files.writeString(file, other).toString()),
                "frontend web: [::1]:" + secondPort + ": cannot listen there: ",
                "correct it, or choose another address");
    }

    @Test
    void theAdminPortInUse() throws IOException {
        try (WebServer other = WebServer.start("other", adminPort)) {
            Alwayson run = Alwayson.run("run", file("data").toString());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.errors()).hasLineCount(1).contains("admin", "127.0.0.1:" + other.port());
            assertThat(RawClient.refused(port)).isTrue();
            assertThat(folder.resolve("web.log")).doesNotExist();
        }
    }

    @Test
    void portsOfFrontendsAndTheAdminPortInUseAreToldAtOnce() throws IOException {
        try (WebServer one = WebServer.start("one", port);
                WebServer two = WebServer.start("two", adminPort)) {
            Alwayson run = Alwayson.run("run", file("data").toString());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.errors())
                    .hasLineCount(2)
                    .contains(
                            "127.0.0.1:" + one.port() + ": cannot listen there",
                            "127.0.0.1:" + two.port() + ": the admin server cannot listen there");
        }
    }

    @Test
    void tooFewDescriptors() throws IOException {
        Path file = file(folder.resolve("data").toString());
        for (int few : new int[] {96, 255}) {
            String limited = "ulimit -n " + few + " && exec \"$@\"";

            refused(
                    Alwayson.runUnder(List.of("sh", "-c", limited, "sh"), "run", file.toString()),
                    "file descriptors: this process may have " + few + ", a node needs at least",
                    " 256; raise LimitNOFILE= of the unit, or ulimit -n");
            assertThat(folder.resolve("data")).doesNotExist();
        }
    }

    @Test
    void tooLittleMemoryToBoundTheBuffers() throws IOException {
        for (String few : new String[] {"16m", "1k"}) {
            String small = "java=$1; shift; exec $java -XX:MaxDirectMemorySize=" + few + " \"$@\"";

            refused(
                    Alwayson.runUnder(
                            List.of("sh", "-c", small, "sh"), "run", file("data").toString()),
                    "memory of buffers: this process may have " + (few.equals("16m") ? 16 : 0),
                    " MiB, a node needs at least 24 MiB; set -XX:MaxDirectMemorySize=24m or more in"
                            + " ALWAYSON_JAVA_OPTIONS");
        }
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void aJournalThatItMayNotWriteTo() throws IOException {
        Path data = folder.resolve("data");
        try (RunningNode before = RunningNode.start(folder, "frontends: {}\n")) {
            assertThat(before.running()).isTrue();
        }
        Files.setPosixFilePermissions(
                data.resolve("journal.db"), PosixFilePermissions.fromString("r--r--r--"));
        // Root, to whom rights apply as to everybody.
        List<String> bound =
                List.of("setpriv", "--inh-caps=-dac_override", "--bounding-set=-dac_override");

        Alwayson run = Alwayson.runUnder(bound, "run", file(data.toString()).toString());

        refused(
                run,
                data.resolve("journal.db") + ": the journal cannot be opened: ",
                "; it is not to be written to by the node's user: correct its owner and rights");
        assertThat(run.errors()).doesNotContain("move it away");
    }

    @Test
    void aFileThatIsNotThere() {
        Path missing = folder.resolve("missing.yaml");

        refused(Alwayson.run("run", missing.toString()), missing.toString());
    }

    @Test
    void aFileThatIsAFolder() {
        refused(Alwayson.run("run", folder.toString()), folder.toString());
    }

    @Test
    void aDataFolderOfAnotherNode() throws IOException {
        int othersPort = FreePort.one();
        String others =
                "frontends: {web: {bind: \"127.0.0.1:%d\", backend: shop}}\n".formatted(othersPort)
                        + "backends: {shop: {servers: {web1: \"127.0.0.1:1\"}}}\n";
        try (RunningNode other = RunningNode.start(folder.resolve("other"), others)) {
            Path data = folder.resolve("other/data");

            refused(Alwayson.run("run", file(data.toString()).toString()), data.toString());
            assertThat(other.running()).isTrue();
        }
    }
}
