package dev.alwayson.core.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Balance;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.setting.StatusRange;
import dev.alwayson.core.target.HealthCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DifferenceTest {

    private static final Backend SHOP = Backend.of(Map.of("web1", Server.at(Loop.address("web1"))));

    @Test
    void namesServersThatComeGoAndChange() {
        Server heavier = new Server(Loop.address("web1"), 3, 0, Duration.ofSeconds(90), false);
        Map<String, Server> servers =
                Map.of("web1", heavier, "web2", Server.at(Loop.address("web2")));
        assertThat(lines(SHOP, Backend.of(servers)))
                .containsExactlyInAnyOrder(
                        "backend shop: server web1: weight changed from 1 to 3",
                        "backend shop: server web1: slow-start changed from 0s to 90s",
                        "backend shop: server web2 added");
        assertThat(lines(SHOP, Backend.of(Map.of())))
                .containsExactly("backend shop: server web1 removed");
    }

    @Test
    void namesSettingsInTheWordsOfTheFile() {
        assertThat(lines(SHOP, new BackendEdit(SHOP).balance(Balance.LEAST_CONNECTIONS)))
                .containsExactly(
                        "backend shop: balance changed from round-robin to least-connections");
        assertThat(lines(SHOP, SHOP.checkedBy(Optional.empty())))
                .containsExactly("backend shop: health-check removed");
        HealthCheck tcp = HealthCheck.TCP;
        HealthCheck http =
                new HealthCheck(
                        Optional.of("/health"),
                        tcp.method(),
                        tcp.host(),
                        tcp.expectStatus(),
                        tcp.expectText(),
                        Duration.ofMillis(1500),
                        tcp.timeout(),
                        tcp.rise(),
                        tcp.fall(),
                        tcp.jitter(),
                        tcp.fastInterval());
        Backend byTcp = SHOP.checkedBy(Optional.of(tcp));
        assertThat(lines(byTcp, SHOP.checkedBy(Optional.of(http))))
                .containsExactly(
                        "backend shop: health-check: http added",
                        "backend shop: health-check: interval changed from 2s to 1500ms");
    }

    @Test
    void tellsWordsBeforeAndAfter() {
        Configuration before = withFrontendTo("shop");
        assertThat(lines(Optional.of(before), withFrontendTo("pages")))
                .containsExactly("frontend web: backend changed from shop to pages");
    }

    private static Configuration withFrontendTo(String backend) {
        Configuration without = Loop.of(Map.of("shop", SHOP, "pages", SHOP));
        return new Configuration(
                without.node(),
                without.data(),
                without.admin(),
                Map.of("web", Frontend.http(new HostAndPort("", 8080), backend)),
                without.backends(),
                without.shutdown());
    }

    @Test
    void doesNotTellTextsWhichMayBeSecrets() {
        assertThat(lines(expecting("hunter2", 200), expecting("hunter3", 204)))
                .containsExactly(
                        "backend shop: health-check: expect-status changed from [200] to [204]",
                        "backend shop: health-check: expect-text changed");
    }

    private static Backend expecting(String text, int status) {
        HealthCheck tcp = HealthCheck.TCP;
        HealthCheck http =
                new HealthCheck(
                        Optional.of("/health"),
                        tcp.method(),
                        tcp.host(),
                        List.of(new StatusRange(status, status)),
                        Optional.of(text),
                        tcp.interval(),
                        tcp.timeout(),
                        tcp.rise(),
                        tcp.fall(),
                        tcp.jitter(),
                        tcp.fastInterval());
        return SHOP.checkedBy(Optional.of(http));
    }

    @Test
    void namesFrontendsAndTheNodesOwnSettings() {
        Configuration before = Loop.of(Map.of("shop", SHOP));
        Admin door = new Admin(new HostAndPort("127.0.0.1", 7071), Optional.empty());
        Configuration after =
                new Configuration(
                        Optional.of("lb1"),
                        Path.of("data"),
                        door,
                        Map.of("web", Frontend.http(new HostAndPort("", 8080), "shop")),
                        before.backends(),
                        before.shutdown());
        assertThat(lines(Optional.of(before), after))
                .containsExactly(
                        "node added",
                        "admin: bind changed from 127.0.0.1:7070 to 127.0.0.1:7071",
                        "frontend web added");
    }

    @Test
    void whatIsEqualHasNoLines() {
        Configuration shop = Loop.shop("web1");
        assertThat(lines(Optional.of(shop), Loop.shop("web1"))).isEmpty();
    }

    @Test
    void namesTheRuntimeChangesThatAreWithoutEffectFromNowOn() {
        RuntimeChanges changes =
                RuntimeChanges.NONE
                        .with(new ServerId("shop", "web1"), ServerState.DRAIN)
                        .with(new ServerId("shop", "web2"), ServerState.MAINT)
                        .with(new ServerId("gone", "web1"), ServerState.DRAIN);
        Optional<Configuration> both = Optional.of(Loop.shop("web1", "web2"));

        assertThat(Difference.lines(both, Loop.shop("web1"), changes))
                .containsExactly(
                        "shop/web2 maint: without effect, not configured",
                        "backend shop: server web2 removed");
        assertThat(
                        Difference.lines(
                                both,
                                Loop.of(Map.of("store", SHOP)),
                                RuntimeChanges.NONE.with(
                                        new ServerId("shop", "web1"), ServerState.DRAIN)))
                .containsExactlyInAnyOrder(
                        "backend shop removed",
                        "backend store added",
                        "shop/web1 drain: without effect, not configured");
        assertThat(Difference.lines(Optional.empty(), Loop.shop("web1", "web2"), changes))
                .as("at the start all that are")
                .containsExactly(
                        "gone/web1 drain: without effect, not configured", "backend shop added");
    }

    @Test
    void countsWhatIsTooMuchToList() {
        String[] names = new String[151];
        for (int i = 0; i < names.length; i++) {
            names[i] = "web" + i;
        }
        List<String> lines = lines(Optional.of(Loop.shop("web0")), Loop.shop(names));
        assertThat(lines).hasSize(Difference.MOST_LINES + 1);
        assertThat(lines.getLast()).isEqualTo("and 50 more");

        RuntimeChanges gone =
                RuntimeChanges.NONE.with(new ServerId("shop", "web0"), ServerState.DRAIN);
        assertThat(Difference.lines(Optional.of(Loop.shop(names)), Loop.shop("web1"), gone))
                .as("what is without effect is not among those that are only counted")
                .contains("shop/web0 drain: without effect, not configured");
    }

    private static List<String> lines(Optional<Configuration> before, Configuration after) {
        return Difference.lines(before, after, RuntimeChanges.NONE);
    }

    private static List<String> lines(Backend before, Backend after) {
        return lines(Optional.of(Loop.of(Map.of("shop", before))), Loop.of(Map.of("shop", after)));
    }
}
