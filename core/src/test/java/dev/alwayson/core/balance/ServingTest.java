package dev.alwayson.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.setting.Percent;
import dev.alwayson.core.target.Health;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ServingTest {

    private static final Pattern ROW =
            Pattern.compile("\\| (\\d|never) \\| ([A-Z]+) \\| (yes|no) \\| (serves|no) \\|.*");

    private final List<ServerView> servers = new ArrayList<>();
    private Percent threshold = new Percent(0);

    @Test
    void healthyServersServeAndNobodyElse() {
        add(false, Health.HEALTHY, ServerState.READY);
        add(false, Health.UNKNOWN, ServerState.READY);
        add(false, Health.UNHEALTHY, ServerState.READY);
        add(true, Health.HEALTHY, ServerState.READY);
        add(false, Health.HEALTHY, ServerState.READY);
        assertThat(candidates()).containsExactly(0, 4);
        assertThat(availability()).isEqualTo(Availability.DEGRADED);
    }

    @Test
    void untilTheFirstAnswersUncheckedServersServe() {
        add(false, Health.UNKNOWN, ServerState.READY);
        add(false, Health.UNKNOWN, ServerState.READY);
        add(true, Health.HEALTHY, ServerState.READY);
        assertThat(candidates()).containsExactly(0, 1);
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
        assertThat(candidates()).containsExactly(2, 4);
        assertThat(availability()).isEqualTo(Availability.DEGRADED);
    }

    @Test
    void whoIsDrainedOrInMaintenanceNeverServes() {
        add(false, Health.HEALTHY, ServerState.DRAIN);
        add(false, Health.HEALTHY, ServerState.MAINT);
        add(true, Health.HEALTHY, ServerState.DRAIN);
        assertThat(candidates()).isEmpty();
        assertThat(availability()).isEqualTo(Availability.DOWN);
    }

    @Test
    void aBackendWhoseServersAreTakenOutOnPurposeIsNotDegraded() {
        add(false, Health.HEALTHY, ServerState.READY);
        add(false, Health.UNHEALTHY, ServerState.MAINT);
        assertThat(availability()).isEqualTo(Availability.UP);
    }

    @Test
    void anEjectedServerServesOnlyWhenNobodyElseCan() {
        ejected(false, Health.HEALTHY, ServerState.READY);
        add(false, Health.UNHEALTHY, ServerState.READY);
        add(true, Health.UNKNOWN, ServerState.READY);
        assertThat(candidates()).as("a backup goes before it").containsExactly(2);
        assertThat(availability()).isEqualTo(Availability.DEGRADED);

        servers.removeLast();
        assertThat(candidates()).as("and nobody else is there").containsExactly(0);
        assertThat(availability()).isEqualTo(Availability.DEGRADED);
    }

    @Test
    void whatChecksAndOperatorsSayGoesBeforeAnEjection() {
        ejected(false, Health.UNHEALTHY, ServerState.READY);
        ejected(false, Health.HEALTHY, ServerState.DRAIN);
        ejected(false, Health.HEALTHY, ServerState.MAINT);
        ejected(false, Health.UNKNOWN, ServerState.READY);
        assertThat(servers)
                .extracting(ServerView::standing)
                .containsExactly(
                        Standing.DOWN, Standing.DRAINING, Standing.MAINTENANCE, Standing.EJECTED);
    }

    @Test
    void noMoreThanTheShareOfThoseWhoCouldServeMayBeEjected() {
        add(false, Health.HEALTHY, ServerState.READY);
        assertThat(Serving.mostEjected(servers, new Percent(0.5))).isZero();
        ejected(false, Health.HEALTHY, ServerState.READY);
        add(false, Health.UNHEALTHY, ServerState.READY);
        add(false, Health.HEALTHY, ServerState.DRAIN);
        assertThat(Serving.mostEjected(servers, new Percent(0.5))).isEqualTo(1);
        assertThat(Serving.mostEjected(servers, new Percent(0.49))).isZero();
        add(true, Health.UNKNOWN, ServerState.READY);
        assertThat(Serving.mostEjected(servers, new Percent(0.67))).isEqualTo(2);
        assertThat(Serving.ejected(servers)).isEqualTo(1);
    }

    @Test
    void tooFewServersAreNotLeftAloneInPanic() {
        threshold = new Percent(0.5);
        add(false, Health.HEALTHY, ServerState.READY);
        add(false, Health.UNHEALTHY, ServerState.READY);
        assertThat(candidates()).as("half of them is enough").containsExactly(0);

        ejected(false, Health.HEALTHY, ServerState.READY);
        add(false, Health.HEALTHY, ServerState.DRAIN);
        add(true, Health.HEALTHY, ServerState.READY);
        assertThat(candidates()).as("a third is not").containsExactly(0, 1, 2, 4);
        assertThat(availability()).isEqualTo(Availability.DEGRADED);
    }

    @Test
    void backupsThatCanServeKeepThoseTheyStandInForFromPanic() {
        threshold = new Percent(0.5);
        add(false, Health.UNHEALTHY, ServerState.READY);
        add(false, Health.UNHEALTHY, ServerState.READY);
        add(true, Health.HEALTHY, ServerState.READY);
        assertThat(candidates()).containsExactly(2);

        add(true, Health.UNHEALTHY, ServerState.READY);
        add(true, Health.UNHEALTHY, ServerState.READY);
        assertThat(candidates()).as("one backup of three").containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void whereNobodyCanServePanicTriesEverybodyAndTheBackendIsDown() {
        threshold = new Percent(0.01);
        add(false, Health.UNHEALTHY, ServerState.READY);
        add(true, Health.UNHEALTHY, ServerState.READY);
        add(false, Health.HEALTHY, ServerState.MAINT);
        assertThat(candidates()).containsExactly(0, 1);
        assertThat(availability()).isEqualTo(Availability.DOWN);
    }

    @Test
    void thereIsNoPanicWhereNobodyIsReady() {
        threshold = new Percent(1);
        add(false, Health.HEALTHY, ServerState.DRAIN);
        assertThat(Serving.panic(servers, threshold)).isFalse();
        assertThat(candidates()).isEmpty();
    }

    @Test
    void sharesThatAreWholeNumbersAreNotRoundedAway() {
        for (int i = 0; i < 10; i++) {
            add(false, i < 7 ? Health.HEALTHY : Health.UNHEALTHY, ServerState.READY);
        }
        assertThat(Serving.panic(servers, Percent.parse("70%"))).isFalse();
        assertThat(Serving.panic(servers, Percent.parse("71%"))).isTrue();
        assertThat(Serving.mostEjected(servers.subList(0, 7), Percent.parse("57.142857143%")))
                .isEqualTo(4);
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
                page.add(String.join(" ", row.group(1), row.group(2), row.group(3), row.group(4)));
            }
        }
        List<String> code = new ArrayList<>();
        for (Standing standing : Standing.values()) {
            for (boolean backup : new boolean[] {false, true}) {
                int rank = Serving.rank(standing, backup);
                String shown = rank == Serving.NEVER ? "never" : Integer.toString(rank);
                String inPanic = Serving.ready(standing) ? "serves" : "no";
                code.add(String.join(" ", shown, standing.name(), backup ? "yes" : "no", inPanic));
            }
        }
        assertThat(page).containsExactlyInAnyOrderElementsOf(code);
    }

    private Availability availability() {
        return Serving.availability(servers);
    }

    private List<Integer> candidates() {
        return Serving.candidates(servers, Serving.panic(servers, threshold));
    }

    private void add(boolean backup, Health health, ServerState state) {
        add(backup, health, state, false);
    }

    private void ejected(boolean backup, Health health, ServerState state) {
        add(backup, health, state, true);
    }

    private void add(boolean backup, Health health, ServerState state, boolean ejected) {
        HostAndPort address = new HostAndPort("10.0.0.1", 80 + servers.size());
        servers.add(
                new ServerView(
                        new ServerId("shop", "web" + servers.size()),
                        new Server(address, 1, 0, Duration.ZERO, backup),
                        health,
                        state,
                        Serving.standing(health, state, ejected),
                        1000,
                        "",
                        Instant.EPOCH,
                        Optional.empty()));
    }
}
