package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.setting.HostAndPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Servers that are known by name. */
class NamesTest {

    private static Backend named(Map<String, Server> servers) {
        return Settings.unchecked(Backend.of(servers));
    }

    private static Server at(String host, RawServer server) {
        return Server.at(new HostAndPort(host, server.address().port()));
    }

    @Test
    void aNameThatMovesTakesTheTrafficAlong() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch came = new CountDownLatch(1);
        try (RawServer before =
                        RawServer.of(peer -> {
                            while (!peer.head().isEmpty()) {
                                came.countDown();
                                go.await();
                                peer.answer("before");
                            }
                        });
                RawServer after =
                        before.twin(
                                "127.0.0.2",
                                peer -> {
                                    while (!peer.head().isEmpty()) {
                                        peer.answer("after");
                                    }
                                });
                Rig rig = Rig.of(before)) {
            rig.hosts.put("app.test", InetAddress.ofLiteral("127.0.0.1"));
            rig.backend("app", named(Map.of("s1", at("app.test", before)))).load();
            rig.proxy.names.refresh();
            try (RawClient client = rig.client()) {
                client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
                came.await();
                rig.hosts.put("app.test", InetAddress.ofLiteral("127.0.0.2"));
                rig.proxy.names.refresh();
                go.countDown();
                assertThat(client.response().body()).isEqualTo("before");
                assertThat(client.get("/").body()).isEqualTo("after");

                rig.hosts.remove("app.test");
                rig.proxy.names.refresh();
                assertThat(client.get("/").body()).as("no answer moves nothing").isEqualTo("after");
            }
            assertThat(before.connections()).isEqualTo(1);
            assertThat(after.connections()).isEqualTo(1);
            rig.assertNothingLeft();
        }
    }

    @Test
    void anAddressThatIsNoneCostsTheOtherServersNothing() throws Exception {
        try (RawServer alive = RawServer.answering("ok");
                Rig rig = Rig.of(alive);
                RawClient client = rig.client()) {
            Map<String, Server> servers = new LinkedHashMap<>();
            servers.put("none", at("2001:db8::12345", alive));
            servers.put("digits", at("1.2.3.456", alive));
            servers.put("here", Server.at(alive.address()));
            rig.backend("app", named(servers)).load();
            rig.proxy.names.refresh();
            for (int i = 0; i < 3; i++) {
                assertThat(client.get("/").body()).isEqualTo("ok");
            }
        }
    }

    @Test
    void aNameThatDoesNotResolveIsToldOnceForEachReasonAndWhenItDoes() throws Exception {
        AtomicReference<String> why = new AtomicReference<>("h: Name or service not known");
        Logger log = (Logger) LoggerFactory.getLogger(Names.class);
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        told.start();
        log.addAppender(told);
        try (Names names = new Names(_ -> found(why.get()))) {
            ServerAddress address = names.address(new HostAndPort("h", 80));
            Rig.eventually("it is told", () -> !told.list.isEmpty());
            names.refresh();
            why.set("h"); // As Java remembers it.
            names.refresh();
            why.set("h: Name or service not known");
            names.refresh();
            why.set("h: Temporary failure in name resolution");
            names.refresh();
            names.refresh();
            why.set("");
            names.refresh();
            names.refresh();
            assertThat(address.resolved()).isNotNull();
        } finally {
            log.detachAppender(told);
        }
        assertThat(told.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "h:80: the name does not resolve (Name or service not known); trying again",
                        "h:80: the name does not resolve (Temporary failure in name resolution);"
                                + " trying again",
                        "h:80: the name resolves");
    }

    private static InetAddress[] found(String why) throws UnknownHostException {
        if (!why.isEmpty()) {
            throw new UnknownHostException(why);
        }
        return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
    }

    @Test
    void thousandsOfNamesWithoutAddressCostTheOtherServersNothing() throws Exception {
        try (RawServer alive = RawServer.answering("ok");
                Rig rig = Rig.of(alive);
                RawClient client = rig.client()) {
            Map<String, Server> servers = new LinkedHashMap<>();
            for (int i = 0; i < 3000; i++) {
                servers.put("unknown" + i, at("h" + i + ".test", alive));
            }
            rig.backend("app", named(servers)).load();
            RawClient.Response nobody = client.get("/");
            assertThat(nobody.status()).isEqualTo(503);
            assertThat(nobody.header("Proxy-Status")).contains("dns_error");

            servers.put("known", Server.at(alive.address()));
            rig.backend("app", named(servers)).load();
            assertThat(client.get("/").body()).isEqualTo("ok");
        }
    }
}
