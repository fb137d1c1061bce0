package dev.alwayson.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.app.demo.FreePort;
import dev.alwayson.e2e.node.Footprint;
import dev.alwayson.e2e.node.LauncherOptions;
import dev.alwayson.e2e.node.RunningNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A steady load and a fault after the other. No request is lost that the promise covers, and in the
 * end the node takes of its machine what it took after three laps of all faults.
 *
 * <p>By itself it has the faults of ten minutes, each 2 s after the one before. An hour with a
 * fault every ten seconds: {@code -Dsoak.faults=360 -Dsoak.millis=10000}.
 */
@Tag("long")
@Tag("alone")
class SoakTest {

    private static final int FAULTS = Integer.getInteger("soak.faults", 60);
    private static final int MILLIS = Integer.getInteger("soak.millis", 2000);
    private static final int SERVERS = 4;
    private static final int KEEPING = 8;
    private static final int CLOSING = 4;
    private static final int FLOOD = 1000;

    private static final int WARM_LAPS = 3;

    /**
     * What may differ in the end. Resident memory has the JVM's own part, which grows for minutes
     * while it compiles what runs hot: a leak shows in the objects, threads and buffers.
     */
    private static final int MORE_MEBIBYTES = 32;

    private static final int MORE_HEAP_MEBIBYTES = 6;
    private static final int MORE_DESCRIPTORS = 8;
    private static final int MORE_THREADS = 4;

    /** Idle connections to servers are kept for 30 s. */
    private static final Duration REST = Duration.ofSeconds(60);

    @TempDir private Path folder;
    private final HttpClient toServers = HttpClient.newHttpClient();
    private List<ServerProcess> servers = List.of();
    private int port;
    private RunningNode node;

    private enum Fault {
        KILLED,
        FROZEN,
        ERRORS,
        SLOW,
        DRAINED,
        RELOADED,
        FLOODED
    }

    @BeforeEach
    void aNodeInFrontOfServers() throws IOException {
        port = FreePort.one();
        servers = ServerProcess.several(SERVERS);
        servers.forEach(ServerProcess::awaitListening);
        node = RunningNode.start(folder.resolve("node"), file(1), LauncherOptions.all());
        awaitHealthy();
    }

    @AfterEach
    void close() {
        node.close();
        servers.forEach(ServerProcess::close);
        toServers.close();
    }

    private String file(int weight) {
        StringBuilder text =
                new StringBuilder(
                        """
                        frontends:
                          web: {bind: "127.0.0.1:%d", backend: shop, access-log: ./web.log}
                        backends:
                          shop:
                            health-check:
                              {http: /health, interval: 200ms, fast-interval: 100ms, timeout: 500ms}
                            retries: {on-status: [500], attempts: 4, budget: 100%%}
                            servers:
                        """
                                .formatted(port));
        for (ServerProcess server : servers) {
            text.append(
                    "      %s: {address: \"127.0.0.1:%d\", weight: %d}\n"
                            .formatted(server.name(), server.port(), weight));
        }
        return text.toString();
    }

    private void awaitHealthy() {
        String[] names = servers.stream().map(ServerProcess::name).toArray(String[]::new);
        node.awaitStatus("all healthy", Statuses.healthIs("healthy", "shop", names));
    }

    @Test
    void afterManyFaultsNothingIsLostAndNothingHasGrown() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        Footprint fresh = node.footprint();
        int requests = 0;
        for (int i = 0; i < WARM_LAPS; i++) {
            requests += lap(Arrays.asList(Fault.values()), random);
        }
        Footprint before = atRest(fresh);
        long heapBefore = node.liveHeapMebibytes();

        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < FAULTS; i++) {
            faults.add(Fault.values()[random.nextInt(Fault.values().length)]);
        }
        requests += lap(faults, random);
        Footprint after = atRest(fresh);
        long heapAfter = node.liveHeapMebibytes();

        System.out.printf(
                "%d faults, %d requests; seed %d%nfresh:  %s%nbefore: %s, %d MiB of objects%n"
                        + "after:  %s, %d MiB of objects%n",
                FAULTS, requests, seed, fresh, before, heapBefore, after, heapAfter);
        assertThat(heapAfter)
                .as("MiB of objects")
                .isLessThanOrEqualTo(heapBefore + MORE_HEAP_MEBIBYTES);
        assertThat(after.residentMebibytes())
                .as("resident MiB")
                .isLessThanOrEqualTo(before.residentMebibytes() + MORE_MEBIBYTES);
        assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + MORE_THREADS);
        assertThat(node.metric("alwayson_buffer_memory_bytes", "kind=\"used\"")).isZero();
        assertThat(node.metric("alwayson_access_log_dropped_lines_total")).isZero();
        assertThat(node.metric("alwayson_events_lost_total")).isZero();
        assertThat(node.log()).doesNotContain("ERROR");
    }

    /** Inflicts each fault on a server at random, beside the load; returns how many it asked. */
    private int lap(List<Fault> faults, Random random) throws Exception {
        try (Load keeping = Load.on(port, Load.Habit.KEEP, KEEPING);
                Load closing = Load.on(port, Load.Habit.CLOSE, CLOSING)) {
            for (Fault fault : faults) {
                long began = System.nanoTime();
                ServerProcess server = servers.get(random.nextInt(servers.size()));
                inflict(fault, server, random);
                pauseUntil(began + TimeUnit.MILLISECONDS.toNanos(MILLIS) / 2);
                heal(fault, server);
                awaitHealthy();
                pauseUntil(began + TimeUnit.MILLISECONDS.toNanos(MILLIS));
                assertThat(keeping.failures()).as(fault + ": " + node.log()).isEmpty();
                assertThat(closing.failures()).as(fault + ": " + node.log()).isEmpty();
            }
            keeping.stop();
            closing.stop();
            return keeping.answered() + closing.answered();
        }
    }

    private void inflict(Fault fault, ServerProcess server, Random random) throws Exception {
        switch (fault) {
            case KILLED -> server.kill();
            case FROZEN -> server.freeze();
            case ERRORS -> ail(server, "errors");
            case SLOW -> ail(server, "slow-300ms");
            case DRAINED -> command("drain", server);
            case RELOADED -> reload(random.nextInt(1, 5));
            case FLOODED -> flood();
        }
    }

    private void heal(Fault fault, ServerProcess server) throws Exception {
        switch (fault) {
            case KILLED -> server.startAgain();
            case FROZEN -> server.thaw();
            case ERRORS, SLOW -> ail(server, "none");
            case DRAINED -> command("ready", server);
            case RELOADED -> reload(1);
            case FLOODED -> flood();
        }
    }

    private void ail(ServerProcess server, String ailment) throws Exception {
        URI page = URI.create("http://127.0.0.1:%d/ailment/%s".formatted(server.port(), ailment));
        HttpRequest request =
                HttpRequest.newBuilder(page).POST(HttpRequest.BodyPublishers.noBody()).build();
        assertThat(toServers.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
    }

    private void command(String word, ServerProcess server) {
        Alwayson done = Alwayson.tell(node, word, "shop/" + server.name());
        assertThat(done.exitCode()).as(done.toString()).isZero();
    }

    private void reload(int weight) {
        node.rewrite(file(weight));
        assertThat(node.post("/api/v1/reload").body()).contains("\"applied\":true");
    }

    private void flood() throws IOException {
        try (Crowd crowd = new Crowd(port)) {
            crowd.passBy(FLOOD);
            crowd.join(FLOOD, "GET / HT");
            crowd.passBy(FLOOD);
        }
    }

    private static void pauseUntil(long nanos) {
        long left = nanos - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = nanos - System.nanoTime();
        }
    }

    /** Nobody asks, and connections to servers are gone. */
    private Footprint atRest(Footprint fresh) {
        Patience.await("no client is left", () -> node.metric("alwayson_client_connections") == 0);
        long deadline = System.nanoTime() + REST.toNanos();
        Footprint now = node.footprint();
        while (now.descriptors() > fresh.descriptors() + MORE_DESCRIPTORS) {
            assertThat(System.nanoTime()).as(now + " after " + fresh).isLessThan(deadline);
            pauseUntil(System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
            now = node.footprint();
        }
        return now;
    }
}
