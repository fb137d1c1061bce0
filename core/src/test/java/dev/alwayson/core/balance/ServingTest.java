package dev.alwayson.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.target.Health;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ServingTest {

    private static final Pattern ROW =
            Pattern.compile("\\| (\\d|never) \\| ([A-Z]+) \\| (yes|no) \\|.*");

    private final List<ServerView> servers = new ArrayList<>();

    @Test
    void healthyServersServeAndNobodyElse() {
        add(false, Health.HEALTHY, ServerState.READY);
        add(false, Health.UNKNOWN, ServerState.READY);
        add(false, Health.UNHEALTHY, ServerState.READY);
        add(true, Health.HEALTHY, ServerState.READY);
        add(false, Health.HEALTHY, ServerState.READY);
        assertThat(Serving.candidates(servers)).containsExactly(0, 4);
        assertThat(availability()).isEqualTo(Availability.DEGRADED);
    }

    @Test
    void untilTheFirstAnswersUncheckedServersServe() {
        add(false, Health.UNKNOWN, ServerState.READY);
        add(false, Health.UNKNOWN, ServerState.READY);
        add(true, Health.HEALTHY, ServerState.READY);
        assertThat(Serving.candidates(servers)).containsExactly(0, 1);
        assertThat(availability()).isEqualTo(Availability.UP);
    }

    @Test
    void aServerThatWasNotCheckedYetIsNotHeldAgainstTheBackend() {
        add(false, Health.HEALTHY, ServerState.READY);
        add(false, Health.UNKNOWN, ServerState.READY);
        assertThat(availability()).isEqualTo(Availability.UP);
    }

    @Test
    void backupServersServeTogetherWhenNoOtherCan() {
        add(false, Health.UNHEALTHY, ServerState.READY);
        add(false, Health.HEALTHY, ServerState.DRAIN);
        add(true, Health.HEALTHY, ServerState.READY);
        add(true, Health.UNKNOWN, ServerState.READY);
        add(true, Health.HEALTHY, ServerState.READY);
        assertThat(Serving.candidates(servers)).containsExactly(2, 4);
        assertThat(availability()).isEqualTo(Availability.DEGRADED);
    }

    @Test
    void whoIsDrainedOrInMaintenanceNeverServes() {
        add(false, Health.HEALTHY, ServerState.DRAIN);
        add(false, Health.HEALTHY, ServerState.MAINT);
        add(true, Health.HEALTHY, ServerState.DRAIN);
        assertThat(Serving.candidates(servers)).isEmpty();
        assertThat(availability()).isEqualTo(Availability.DOWN);
    }

    @Test
    void aBackendWhoseServersAreTakenOutOnPurposeIsNotDegraded() {
        add(false, Health.HEALTHY, ServerState.READY);
        add(false, Health.UNHEALTHY, ServerState.MAINT);
        assertThat(availability()).isEqualTo(Availability.UP);
    }

    @Test
    void aBackendWithoutServersIsDown() {
        assertThat(availability()).isEqualTo(Availability.DOWN);
    }

    @Test
    void thePageSaysWhatTheTableSays() throws IOException {
        List<String> page = new ArrayList<>();
        Path file = Path.of(System.getProperty("project.root", ".."), "docs", "serving.md");
        for (String line : Files.readAllLines(file)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                page.add(row.group(1) + " " + row.group(2) + " " + row.group(3));
            }
        }
        List<String> code = new ArrayList<>();
        for (Standing standing : Standing.values()) {
            for (boolean backup : new boolean[] {false, true}) {
                int rank = Serving.rank(standing, backup);
                String shown = rank == Serving.NEVER ? "never" : Integer.toString(rank);
                code.add(shown + " " + standing + " " + (backup ? "yes" : "no"));
            }
        }
        assertThat(page).containsExactlyInAnyOrderElementsOf(code);
    }

    private Availability availability() {
        return Serving.availability(servers, Serving.candidates(servers));
    }

    private void add(boolean backup, Health health, ServerState state) {
        HostAndPort address = new HostAndPort("10.0.0.1", 80 + servers.size());
        servers.add(
                new ServerView(
                        new ServerId("shop", "web" + servers.size()),
                        new Server(address, 1, 0, Duration.ZERO, backup),
                        health,
                        state,
                        Serving.standing(health, state),
                        1000,
                        "",
                        Instant.EPOCH));
    }
}
