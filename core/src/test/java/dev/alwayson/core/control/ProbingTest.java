package dev.alwayson.core.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Availability;
import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.target.Health;
import dev.alwayson.core.target.ProbeResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProbingTest {

    private final Loop loop = new Loop();

    @Test
    void aServerThatFailsIsTakenOutAndToldOnce() {
        loop.load(Loop.shop("web1", "web2")).healthy("web1", "web2");
        loop.fails("web1").fails("web1");
        assertThat(loop.candidates()).containsExactly("web1", "web2");

        loop.after(Duration.ofSeconds(1)).fails("web1");
        assertThat(loop.candidates()).containsExactly("web2");
        assertThat(loop.server("web1").reason()).isEqualTo("connection refused");
        assertThat(loop.server("web1").since()).isEqualTo(loop.now().wall());
        Event health = loop.events.get(loop.events.size() - 2);
        Event backend = loop.events.getLast();
        assertThat(health.happening())
                .isEqualTo(
                        new Happening.ServerHealthChanged(
                                "shop",
                                "web1",
                                Health.HEALTHY,
                                Health.UNHEALTHY,
                                "connection refused"));
        assertThat(health.cause()).contains(loop.events.get(1).id());
        assertThat(backend.happening())
                .isEqualTo(
                        new Happening.BackendAvailabilityChanged("shop", "up", "degraded", 1, 2));
        assertThat(backend.cause()).contains(health.id());
    }

    @Test
    void withItsLastServerTheBackendGoesDown() {
        loop.load(Loop.shop("web1")).fails("web1");
        assertThat(loop.candidates()).isEmpty();
        assertThat(loop.shop().availability()).isEqualTo(Availability.DOWN);
        assertThat(loop.last())
                .isEqualTo(new Happening.BackendAvailabilityChanged("shop", "up", "down", 0, 1));

        loop.healthy("web1").healthy("web1");
        assertThat(loop.last())
                .isEqualTo(new Happening.BackendAvailabilityChanged("shop", "down", "up", 1, 1));
    }

    @Test
    void aResultThatChangesNothingLeadsToTheNextProbeAndNothingElse() {
        loop.load(Loop.shop("web1", "web2")).healthy("web1", "web2");
        Snapshot before = loop.snapshot();
        int events = loop.events.size();

        loop.healthy("web1");

        assertThat(loop.snapshot()).isSameAs(before);
        assertThat(loop.events).hasSize(events);
        assertThat(loop.effects).singleElement().isInstanceOf(Effect.Probe.class);
        assertThat(loop.effects(Effect.Probe.class).getFirst().delay())
                .isBetween(Duration.ofMillis(1800), Duration.ofMillis(2200));
    }

    @Test
    void whileTheHealthIsChangingProbesComeFaster() {
        loop.load(Loop.shop("web1")).healthy("web1").fails("web1");
        assertThat(loop.probe("web1").delay())
                .isBetween(Duration.ofMillis(450), Duration.ofMillis(550));
    }

    @Test
    void aResultCountsOnce() {
        loop.load(Loop.shop("web1")).healthy("web1");
        Effect.Probe probe = loop.probe("web1");
        Input.Probed failure =
                new Input.Probed(
                        probe.target(),
                        probe.round(),
                        new ProbeResult(false, "timeout", Duration.ZERO));
        loop.take(failure);
        assertThat(loop.effects).hasSize(1);
        loop.take(failure).take(failure).take(failure);
        assertThat(loop.effects).isEmpty();
        assertThat(loop.server("web1").health()).isEqualTo(Health.HEALTHY);
    }

    @Test
    void onlyTheBackendConcernedIsShownAnew() {
        loop.load(
                Loop.of(
                        Map.of(
                                "shop", Backend.of(Map.of("web1", Server.at(Loop.address("web1")))),
                                "api",
                                        Backend.of(
                                                Map.of("node", Server.at(Loop.address("node")))))));
        BackendView api = loop.snapshot().backends().get("api");
        loop.healthy("web1");
        assertThat(loop.snapshot().backends().get("api")).isSameAs(api);
    }

    @Test
    void theSameInputsGiveTheSameEffects() {
        List<Effect> once = run();
        assertThat(run()).isEqualTo(once);
    }

    @Test
    void tenThousandTargetsKeepOneProbeEach() {
        String[] names = new String[10_000];
        for (int i = 0; i < names.length; i++) {
            names[i] = "web" + i;
        }
        loop.load(Loop.shop(names));
        List<Effect.Probe> first = List.copyOf(loop.probes.values());
        assertThat(first).hasSize(10_000);
        Effect.Probe last = first.getLast();
        loop.take(
                new Input.Probed(
                        last.target(),
                        last.round(),
                        new ProbeResult(true, "connected", Duration.ZERO)));
        assertThat(loop.server("web9999").health()).isEqualTo(Health.HEALTHY);
        assertThat(loop.server("web9998").health()).isEqualTo(Health.UNKNOWN);
    }

    private static List<Effect> run() {
        Loop loop = new Loop();
        loop.load(Loop.shop("web1")).healthy("web1").fails("web1").fails("web1");
        return loop.effects;
    }
}
