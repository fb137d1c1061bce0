package dev.alwayson.core.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Availability;
import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.Standing;
import dev.alwayson.core.journal.EventId;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.journal.Scope;
import dev.alwayson.core.target.Health;
import dev.alwayson.core.time.HybridTime;
import dev.alwayson.core.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartTest {

    private final Loop loop = new Loop();

    @Test
    void theFirstConfigurationStartsEverything() {
        loop.load(Loop.shop("web1", "web2", "web3"));

        assertThat(loop.happenings())
                .containsExactly(
                        new Happening.NodeStarted("0.1.0"),
                        new Happening.ConfigurationApplied("start", List.of("backend shop added")));
        assertThat(loop.events.get(1).cause()).contains(loop.events.get(0).id());
        assertThat(loop.snapshot().version()).isEqualTo(1);
        assertThat(loop.effects(Effect.Probe.class))
                .extracting(Effect.Probe::delay)
                .containsExactly(Duration.ZERO, Duration.ofMillis(1), Duration.ofMillis(2));
    }

    @Test
    void untilTheFirstAnswersEveryServerServes() {
        loop.load(Loop.shop("web1", "web2"));
        assertThat(loop.candidates()).containsExactly("web1", "web2");
        assertThat(loop.server("web1").standing()).isEqualTo(Standing.UNCHECKED);
        assertThat(loop.snapshot().checked()).isFalse();

        loop.healthy("web1");
        assertThat(loop.candidates()).containsExactly("web1");
        assertThat(loop.shop().availability()).isEqualTo(Availability.UP);
        assertThat(loop.snapshot().checked()).isFalse();

        loop.healthy("web2");
        assertThat(loop.candidates()).containsExactly("web1", "web2");
        assertThat(loop.snapshot().checked()).isTrue();
    }

    @Test
    void aBackendWithoutHealthCheckCountsAsHealthyAndIsNotProbed() {
        Backend shop =
                Backend.of(Map.of("web1", Server.at(Loop.address("web1"))))
                        .checkedBy(Optional.empty());
        loop.load(Loop.of(Map.of("shop", shop)));

        assertThat(loop.probes).isEmpty();
        assertThat(loop.server("web1").health()).isEqualTo(Health.HEALTHY);
        assertThat(loop.server("web1").reason()).isEqualTo("no health check");
        assertThat(loop.candidates()).containsExactly("web1");
        assertThat(loop.snapshot().checked()).isTrue();
    }

    @Test
    void serversAtOneAddressShareOneProbe() {
        Server server = Server.at(Loop.address("web1"));
        loop.load(
                Loop.of(
                        Map.of(
                                "shop", Backend.of(Map.of("web1", server)),
                                "api", Backend.of(Map.of("node", server)))));
        assertThat(loop.effects(Effect.Probe.class)).hasSize(1);

        loop.healthy("web1");
        assertThat(loop.happenings())
                .filteredOn(Happening.ServerHealthChanged.class::isInstance)
                .hasSize(2);
        assertThat(loop.effects(Effect.Publish.class)).hasSize(1);
    }

    @Test
    void eventsContinueWhereTheJournalEnds() {
        Moment early = new Moment(0, Loop.START.minusSeconds(3600));
        HybridTime last = new HybridTime(Loop.START.toEpochMilli(), 4);
        State state = Control.start("lb1", "0.1.0", 41, last, RuntimeChanges.NONE, 1);
        Input first = new Input.ConfigurationLoaded(Loop.shop("web1"), "start");

        List<Effect> effects = Control.step(state, first, early).effects();

        assertThat(effects)
                .filteredOn(Effect.Append.class::isInstance)
                .map(effect -> ((Effect.Append) effect).event())
                .satisfiesExactly(
                        started -> {
                            assertThat(started.id()).isEqualTo(new EventId("lb1", 42));
                            assertThat(started.time()).isGreaterThan(last);
                            assertThat(started.wall()).isEqualTo(early.wall());
                            assertThat(started.version()).isEqualTo(1);
                            assertThat(started.scope()).isEqualTo(Scope.VERDICT);
                        },
                        applied -> assertThat(applied.id()).isEqualTo(new EventId("lb1", 43)));
    }

    @Test
    void aRefusedConfigurationChangesNothingAndIsToldOnce() {
        loop.load(Loop.shop("web1"));
        Snapshot before = loop.snapshot();
        loop.take(new Input.ConfigurationRefused(List.of("a.yaml:1:1: x: unknown"), "admin"));

        assertThat(loop.last())
                .isEqualTo(
                        new Happening.ConfigurationRefused(
                                "admin", List.of("a.yaml:1:1: x: unknown")));
        assertThat(loop.effects).hasSize(1);
        assertThat(loop.snapshot()).isSameAs(before);
    }

    @Test
    void stoppingIsToldOnceAndChecksGoOn() {
        loop.load(Loop.shop("web1"));
        loop.take(new Input.Stop("SIGTERM"));
        assertThat(loop.last()).isEqualTo(new Happening.NodeStopping("SIGTERM"));

        loop.take(new Input.Stop("SIGTERM"));
        assertThat(loop.effects).isEmpty();
        loop.healthy("web1");
        assertThat(loop.server("web1").health()).isEqualTo(Health.HEALTHY);
    }
}
