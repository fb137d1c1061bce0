package dev.alwayson.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.control.Shutdown;
import dev.alwayson.core.setting.DurationText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The unit of systemd in {@code examples/}: systemd takes it, and it fits the node and the docs.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SystemdUnitTest {

    private static final String HOME = "/opt/alwayson";
    private static final Path GUIDE = Path.of("docs/guide.md");

    /** For what a stop takes beside the times of the file: listeners, access logs, the journal. */
    private static final Duration CLOSING = Duration.ofSeconds(20);

    private final String unit = House.read(Path.of("examples/alwayson.service"));

    @TempDir private Path folder;

    /** As it stands, but for where the project is. */
    @Test
    void systemdTakesEveryLineOfIt() throws IOException, InterruptedException {
        assertThat(complaints(unit)).isEmpty();
        assertThat(complaints(unit.replace("Restart=", "Restarts="))).hasSize(1);
    }

    private List<String> complaints(String text) throws IOException, InterruptedException {
        Path file = folder.resolve("alwayson.service");
        Files.writeString(file, text.replace(HOME + "/", House.ROOT + "/"));
        Process process =
                new ProcessBuilder("systemd-analyze", "verify", file.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.lines().filter(line -> line.contains("alwayson.service")).toList();
    }

    @Test
    void itsCommandsAreTheLaunchersAndTheNodesSignal() {
        assertThat(value("ExecStart"))
                .isEqualTo(HOME + "/alwayson run /etc/alwayson/alwayson.yaml");
        assertThat(House.ROOT.resolve("alwayson")).isExecutable();
        assertThat(value("ExecReload")).isEqualTo("/bin/kill -HUP $MAINPID");
    }

    /** A signal that ends the start is a clean end to systemd. */
    @Test
    void itIsBegunAnewHoweverItEnded() {
        assertThat(value("Restart")).isEqualTo("always");
        assertThat(value("StartLimitIntervalSec")).isEqualTo("0");
    }

    @Test
    void aStopHasItsTimeToTheEnd() {
        Duration stop = Shutdown.STANDARD.unreadyTime().plus(Shutdown.STANDARD.timeout());

        assertThat(DurationText.parse(value("TimeoutStopSec") + "s"))
                .isGreaterThanOrEqualTo(stop.plus(CLOSING));
    }

    @Test
    void itMayWriteToTheFolderThatTheGuideNames() {
        String data = "/var/lib/" + value("StateDirectory");

        assertThat(value("ProtectSystem")).isEqualTo("strict");
        assertThat(value("WorkingDirectory")).isEqualTo(data);
        assertThat(House.read(GUIDE))
                .contains("data: " + data + "\n")
                .contains("/var/log/" + value("LogsDirectory") + "/")
                .contains("useradd --system " + value("User") + "\n")
                .contains("LimitNOFILE=" + value("LimitNOFILE"));
    }

    /** As the node advises where it may not listen. */
    @Test
    void aPortBelow1024TakesOneLineMore() {
        String line = "AmbientCapabilities=" + value("CapabilityBoundingSet") + "\n";

        assertThat(line).isEqualTo("AmbientCapabilities=CAP_NET_BIND_SERVICE\n");
        assertThat(unit).contains("\n#" + line).doesNotContain("\n" + line);
    }

    /** The only value that a name has. */
    private String value(String name) {
        Matcher line = Pattern.compile("(?m)^" + name + "=(.*)$").matcher(unit);
        assertThat(line.find()).as(name).isTrue();
        String value = line.group(1);
        assertThat(line.find()).as("a second " + name).isFalse();
        return value;
    }
}
