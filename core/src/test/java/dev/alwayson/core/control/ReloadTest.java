package dev.alwayson.core.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Balance;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.target.Health;
import dev.alwayson.core.target.HealthCheck;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReloadTest {

    private final Loop loop = new Loop();

    @Test
    void anUnchangedConfigurationDisturbsNothing() {
        loop.load(Loop.shop("web1", "web2")).healthy("web1", "web2");
        Snapshot before = loop.snapshot();

        loop.load(Loop.shop("web1", "web2"));

        assertThat(loop.effects).hasSize(1);
        assertThat(loop.last()).isEqualTo(new Happening.ConfigurationApplied("SIGHUP", List.of()));
        assertThat(loop.snapshot()).isSameAs(before);
    }

    @Test
    void aServerThatIsAddedServesAfterItsFirstCheck() {
        loop.load(Loop.shop("web1")).healthy("web1");
        loop.load(Loop.shop("web1", "web2"));

        assertThat(loop.last())
                .isEqualTo(
                        new Happening.ConfigurationApplied(
                                "SIGHUP", List.of("backend shop: server web2 added")));
        assertThat(loop.effects(Effect.Probe.class)).hasSize(1);
        assertThat(loop.candidates()).containsExactly("web1");
        assertThat(loop.snapshot().checked()).as("the node stays ready").isTrue();
        loop.healthy("web2");
        assertThat(loop.candidates()).containsExactly("web1", "web2");
    }

    @Test
    void aServerThatIsRemovedIsNamedNoMoreAndItsLateResultIsVoid() {
        loop.load(Loop.shop("web1", "web2")).healthy("web1", "web2");
        loop.load(Loop.shop("web1"));
        assertThat(loop.shop().servers()).hasSize(1);

        loop.fails("web2");
        assertThat(loop.effects).isEmpty();
    }

    @Test
    void aTargetThatLeftAndCameBackIsNotMistakenForItself() {
        loop.load(Loop.shop("web1", "web2")).healthy("web1", "web2");
        Effect.Probe old = loop.probe("web2");
        loop.load(Loop.shop("web1")).load(Loop.shop("web1", "web2"));

        assertThat(loop.probe("web2").round()).isNotEqualTo(old.round());
        assertThat(loop.server("web2").health()).isEqualTo(Health.UNKNOWN);
    }

    @Test
    void aChangedCheckInheritsTheHealthAndRiseAndFallGoOnFromThere() {
        loop.load(Loop.shop("web1", "web2")).healthy("web1").fails("web2");
        loop.load(checkedEvery(Duration.ofSeconds(5), "web1", "web2"));

        assertThat(loop.server("web1").health()).isEqualTo(Health.HEALTHY);
        assertThat(loop.server("web2").health()).isEqualTo(Health.UNHEALTHY);
        assertThat(loop.candidates()).containsExactly("web1");
        assertThat(loop.effects(Effect.Probe.class)).hasSize(2);

        loop.fails("web1").fails("web1");
        assertThat(loop.candidates()).as("one lost packet is not fall").containsExactly("web1");
        loop.healthy("web1", "web2").healthy("web2");
        assertThat(loop.candidates()).containsExactly("web1", "web2");
        assertThat(loop.events.getLast().happening())
                .isEqualTo(
                        new Happening.BackendAvailabilityChanged("shop", "degraded", "up", 2, 2));
    }

    @Test
    void serversThatAreCheckedFromNowOnServeAllTheSameUntilTheirChecksFail() {
        Server slow = new Server(Loop.address("web1"), 1, 0, Duration.ofSeconds(30), false);
        Map<String, Server> servers = new LinkedHashMap<>();
        servers.put("web1", slow);
        servers.put("web2", Server.at(Loop.address("web2")));
        Backend checked = Backend.of(servers);
        Backend unchecked = checked.checkedBy(Optional.empty());
        loop.load(Loop.of(Map.of("shop", unchecked)));
        int events = loop.events.size();

        loop.load(Loop.of(Map.of("shop", checked)));
        assertThat(loop.candidates()).containsExactly("web1", "web2");
        assertThat(loop.server("web1").reason()).isEqualTo("healthy before it was checked");
        loop.healthy("web1");

        assertThat(loop.candidates()).containsExactly("web1", "web2");
        assertThat(loop.server("web1").share()).as("it has served all the time").isEqualTo(1000);
        assertThat(loop.events).as("only the reload is told").hasSize(events + 1);
        loop.fails("web2").fails("web2").fails("web2");
        assertThat(loop.candidates()).containsExactly("web1");
    }

    @Test
    void aServerAtAnotherAddressIsUnknownAgain() {
        loop.load(Loop.shop("web1", "web2")).healthy("web1", "web2");
        Server moved = Server.at(new HostAndPort("new.example.com", 80));
        loop.load(
                Loop.of(
                        Map.of(
                                "shop",
                                Backend.of(
                                        Map.of(
                                                "web1",
                                                Server.at(Loop.address("web1")),
                                                "web2",
                                                moved)))));

        assertThat(loop.server("web2").health()).isEqualTo(Health.UNKNOWN);
        assertThat(loop.candidates()).containsExactly("web1");
        Event told = loop.events.getLast();
        assertThat(told.happening())
                .isEqualTo(
                        new Happening.ServerHealthChanged(
                                "shop", "web2", Health.HEALTHY, Health.UNKNOWN, "not checked yet"));
        assertThat(told.cause()).contains(loop.events.get(loop.events.size() - 2).id());
    }

    @Test
    void aSettingThatIsNotAboutHealthChangesNoHealth() {
        loop.load(Loop.shop("web1")).healthy("web1");
        Backend shop = loop.shop().backend();
        loop.load(
                Loop.of(Map.of("shop", new BackendEdit(shop).balance(Balance.LEAST_CONNECTIONS))));

        assertThat(loop.effects(Effect.Probe.class)).isEmpty();
        assertThat(loop.shop().backend().balance()).isEqualTo(Balance.LEAST_CONNECTIONS);
        assertThat(loop.server("web1").health()).isEqualTo(Health.HEALTHY);
    }

    @Test
    void withoutItsCheckAServerCountsAsHealthyAgain() {
        loop.load(Loop.shop("web1")).fails("web1");
        Backend shop = loop.shop().backend();
        loop.load(Loop.of(Map.of("shop", shop.checkedBy(Optional.empty()))));

        assertThat(loop.candidates()).containsExactly("web1");
        assertThat(loop.happenings())
                .contains(
                        new Happening.ServerHealthChanged(
                                "shop",
                                "web1",
                                Health.UNHEALTHY,
                                Health.HEALTHY,
                                "no health check"));
    }

    @Test
    void aDrainOutlivesTheServersAbsence() {
        loop.load(Loop.shop("web1", "web2")).healthy("web1", "web2");
        loop.set("web2", ServerState.DRAIN);
        loop.load(Loop.shop("web1"));
        assertThat(loop.last())
                .isEqualTo(
                        new Happening.ConfigurationApplied(
                                "SIGHUP",
                                List.of(
                                        "shop/web2 drain: without effect, not configured",
                                        "backend shop: server web2 removed")));
        loop.load(Loop.shop("web1", "web2")).healthy("web2");
        assertThat(loop.candidates()).containsExactly("web1");
        assertThat(loop.server("web2").state()).isEqualTo(ServerState.DRAIN);
    }

    private static Configuration checkedEvery(Duration interval, String... servers) {
        HealthCheck tcp = HealthCheck.TCP;
        HealthCheck check =
                new HealthCheck(
                        tcp.http(),
                        tcp.method(),
                        tcp.host(),
                        tcp.expectStatus(),
                        tcp.expectText(),
                        interval,
                        tcp.timeout(),
                        tcp.rise(),
                        tcp.fall(),
                        tcp.jitter(),
                        tcp.fastInterval());
        Backend shop = Objects.requireNonNull(Loop.shop(servers).backends().get("shop"));
        return Loop.of(Map.of("shop", shop.checkedBy(Optional.of(check))));
    }
}
