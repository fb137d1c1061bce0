package dev.alwayson.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.app.JavaCommand;
import dev.alwayson.app.Main;
import dev.alwayson.e2e.hosts.Host;
import dev.alwayson.e2e.hosts.HostProcess;
import dev.alwayson.e2e.hosts.PrivateNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node whose machine has so few local ports that none is left towards a server. */
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OutOfPortsTest {

    private static final int PORTS = 6;

    private final List<RawClient> clients = new ArrayList<>();
    private PrivateNetwork network;
    private Host host;
    private WebServer web1;
    private WebServer web2;

    @BeforeEach
    void twoServersAndAHostOfFewPorts() throws IOException {
        network = PrivateNetwork.open();
        InetAddress here = InetAddress.ofLiteral(network.testAddress());
        web1 = WebServer.start("web1", here, 0);
        web2 = WebServer.start("web2", here, 0);
        host = network.host("lb");
        host.run(
                "sh",
                "-c",
                "echo 40000 %d > /proc/sys/net/ipv4/ip_local_port_range"
                        .formatted(40000 + PORTS - 1));
    }

    @AfterEach
    void end() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        network.close();
        web1.close();
        web2.close();
    }

    private HostProcess start() throws IOException {
        Path file = network.folder().resolve("alwayson.yaml");
        Files.writeString(
                file,
                """
                admin: {bind: "127.0.0.1:9000"}
                frontends:
                  one: {bind: ":8081", backend: one, access-log: {file: one.log}}
                  shop: {bind: ":8082", backend: shop, access-log: {file: shop.log}}
                  raw: {bind: ":8083", mode: tcp, backend: raw}
                backends:
                  one:
                    health-check: {interval: 500ms, timeout: 1s, fall: 1, http: /health}
                    eject: {failures: 1, share: 100%%}
                    servers: {web1: "%1$s:%2$d"}
                  shop:
                    health-check: {interval: 500ms, timeout: 1s, fall: 1, http: /health}
                    eject: {failures: 1}
                    servers: {web1: "%1$s:%2$d", web2: "%1$s:%3$d"}
                  raw:
                    health-check: {interval: 500ms, timeout: 1s, fall: 1, http: /health}
                    eject: {failures: 1}
                    servers: {web1: "%1$s:%2$d", web2: "%1$s:%3$d"}
                """
                        .formatted(network.testAddress(), web1.port(), web2.port()));
        HostProcess node = host.start(JavaCommand.likeThis(Main.class, List.of("run", "" + file)));
        awaitLine(node, "serves; admin on port");
        awaitLine(node, "one/web1 is healthy");
        awaitLine(node, "shop/web2 is healthy");
        return node;
    }

    private static void awaitLine(HostProcess node, String part) {
        try {
            Patience.await(part, () -> node.output().contains(part));
        } catch (IllegalStateException e) {
            throw new AssertionError(node.output(), e);
        }
    }

    private RawClient client(int port) throws IOException {
        RawClient client = RawClient.open(InetAddress.ofLiteral(host.address()), port);
        clients.add(client);
        return client;
    }

    /** Requests that are not answered take every port towards web1. */
    private void takeEveryPort() throws IOException {
        for (int tries = 0; web1.held() < PORTS; tries++) {
            assertThat(tries).as("connections to web1: " + web1.held()).isLessThan(1000);
            RawClient client = client(8081);
            int before = web1.held();
            client.write("GET /slow HTTP/1.1\r\nHost: shop\r\n\r\n");
            Patience.await(
                    "it is held or refused", () -> web1.held() > before || client.hasAnswer());
        }
    }

    @Test
    void itSaysNothingAboutTheServer() throws IOException {
        HostProcess node = start();

        takeEveryPort();

        awaitLine(node, "Health checks cannot be made, the one of ");
        RawClient one = client(8081);
        RawClient shop = client(8082);
        // What counts as a server's failure is told once a second.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        while (System.nanoTime() < end) {
            Answer nobody = one.get("/");
            assertThat(nobody.status()).as(nobody.body()).isEqualTo(503);
            assertThat(shop.get("/").body()).isEqualTo("web2");
        }
        for (int i = 0; i < 2; i++) {
            assertThat(client(8083).get("/").body()).isEqualTo("web2");
        }
        assertThat(Files.readString(network.folder().resolve("one.log")))
                .contains("\"status\":503,")
                .contains("\"state\":\"RC\",\"reason\":\"node-shortage\"");
        assertThat(node.output())
                .contains("says nothing about the servers: Cannot assign requested address; ")
                .contains("no connection can be made, which says nothing about the server: ")
                .contains("widen net.ipv4.ip_local_port_range")
                .doesNotContain("unhealthy", "ejected");

        web1.stop();
        awaitLine(node, "one/web1 is unhealthy, was healthy: connection refused");
    }
}
