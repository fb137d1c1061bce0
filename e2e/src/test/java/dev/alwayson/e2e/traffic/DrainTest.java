package dev.alwayson.e2e.traffic;

import static dev.alwayson.e2e.traffic.Statuses.connections;
import static dev.alwayson.e2e.traffic.Statuses.healthIs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.app.demo.FreePort;
import dev.alwayson.e2e.node.RunningNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An operator takes a server out and in again, under load, with the commands. */
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DrainTest {

    @TempDir private Path folder;
    private WebServer web1;
    private WebServer web2;
    private RunningNode node;
    private int port;

    @BeforeEach
    void aNodeInFrontOfTwoServers() throws IOException {
        port = FreePort.one();
        web1 = WebServer.start("web1");
        web2 = WebServer.start("web2");
        String file =
                """
                frontends:
                  web: {bind: "127.0.0.1:%d", backend: shop}
                backends:
                  shop:
                    health-check:
                      {http: /health, interval: 500ms, fast-interval: 200ms, timeout: 300ms}
                    servers:
                      web1: "127.0.0.1:%d"
                      web2: "127.0.0.1:%d"
                """
                        .formatted(port, web1.port(), web2.port());
        node = RunningNode.start(folder.resolve("node"), file);
        node.awaitStatus("both healthy", healthIs("healthy", "shop", "web1", "web2"));
    }

    @AfterEach
    void close() throws IOException {
        node.close();
        web1.close();
        web2.close();
    }

    private Alwayson command(String word, String server) {
        return Alwayson.tell(node, word, server);
    }

    /** A request that runs on the first server until it is released. */
    private CompletableFuture<String> slowRequestOnWeb1() {
        var body = new CompletableFuture<String>();
        web2.release();
        Thread.ofVirtual()
                .start(() -> {
                    try (RawClient client = RawClient.open(port)) {
                        Answer answer = client.get("/slow");
                        while (answer.body().equals("web2")) {
                            answer = client.get("/slow");
                        }
                        body.complete(answer.body());
                    } catch (IOException e) {
                        body.completeExceptionally(e);
                    }
                });
        Patience.await("it runs", () -> web1.held() == 1);
        return body;
    }

    @Test
    void aDrainedServerFinishesWhatItHasAndGetsNothingNew() {
        try (Load keeping = Load.on(port, Load.Habit.KEEP, 6);
                Load closing = Load.on(port, Load.Habit.CLOSE, 3)) {
            CompletableFuture<String> slow = slowRequestOnWeb1();

            Alwayson drain = command("drain", "shop/web1");
            node.awaitStatus("the slow one remains", s -> connections(s, "shop", "web1") == 1);
            int atDrain = web1.requests();
            keeping.awaitMore(300);

            assertThat(drain.exitCode()).isZero();
            assertThat(drain.output())
                    .matches("shop/web1 is set to drain; \\d+ connections? remains?\n");
            assertThat(web1.requests()).as("nothing new").isEqualTo(atDrain);
            assertThat(connections(node.status(), "shop", "web1")).isEqualTo(1);
            assertThat(slow).as("goes on").isNotDone();

            web1.release();
            assertThat(slow.join()).isEqualTo("web1");
            node.awaitStatus("nothing remains", status -> connections(status, "shop", "web1") == 0);

            Alwayson ready = command("ready", "shop/web1");
            assertThat(ready.output()).startsWith("shop/web1 is set to ready; ");
            keeping.awaitMore(300);
            assertThat(web1.requests()).as("serves again").isGreaterThan(atDrain);
            keeping.stop();
            closing.stop();
            assertThat(keeping.failures()).isEmpty();
            assertThat(closing.failures()).isEmpty();
            assertThat(keeping.opened()).as("no client lost its connection").isEqualTo(6);
        }
    }

    @Test
    void waitingForADrainEndsWhenNothingRemains() {
        CompletableFuture<String> slow = slowRequestOnWeb1();
        CompletableFuture<Alwayson> drain =
                CompletableFuture.supplyAsync(
                        () -> Alwayson.tell(node, "drain", "shop/web1", "--wait"));
        node.awaitStatus("drained", status -> state(status).equals("drain"));
        assertThat(drain).isNotDone();

        web1.release();

        assertThat(drain.join().exitCode()).isZero();
        assertThat(drain.join().output()).endsWith("no connections remain\n");
        assertThat(slow.join()).isEqualTo("web1");
    }

    @Test
    void aDrainOutlivesTheNodeAndAReload() {
        command("drain", "shop/web1");

        node.restart();
        node.post("/api/v1/reload");

        node.awaitStatus("both healthy again", healthIs("healthy", "shop", "web1", "web2"));
        assertThat(state(node.status())).isEqualTo("drain");
        int before = web1.requests();
        try (Load load = Load.on(port, Load.Habit.CLOSE, 4)) {
            load.awaitMore(200);
            load.stop();
            assertThat(load.failures()).isEmpty();
            assertThat(load.answers()).containsOnlyKeys("web2");
        }
        assertThat(web1.requests()).isEqualTo(before);

        command("ready", "shop/web1");
        assertThat(state(node.status())).isEqualTo("ready");
    }

    @Test
    void aServerInMaintenanceGetsNothingAndIsNotChecked() {
        try (Load load = Load.on(port, Load.Habit.KEEP, 6)) {
            Alwayson maint = command("maint", "shop/web1");
            node.awaitStatus("nothing remains", s -> connections(s, "shop", "web1") == 0);
            int requests = web1.requests();
            int checks = web1.checks();
            int checksOfTheOther = web2.checks();

            Patience.await("checks go on", () -> web2.checks() >= checksOfTheOther + 5);
            load.awaitMore(200);

            assertThat(maint.exitCode()).isZero();
            assertThat(web1.requests()).as("nothing new").isEqualTo(requests);
            assertThat(web1.checks()).as("one may have been on its way").isLessThan(checks + 2);

            command("ready", "shop/web1");
            node.awaitStatus("healthy again", healthIs("healthy", "shop", "web1"));
            load.awaitMore(200);
            load.stop();
            assertThat(web1.requests()).as("serves again").isGreaterThan(requests);
            assertThat(load.failures()).isEmpty();
        }
    }

    private static String state(tools.jackson.databind.JsonNode status) {
        return Statuses.server(status, "shop", "web1").path("state").asString("");
    }
}
