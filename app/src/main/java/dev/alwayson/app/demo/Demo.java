package dev.alwayson.app.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The product, shown: web servers and the balancer as processes of their own, a steady load through
 * the balancer, and a fault every few seconds. Run by one thread; {@link #close} may be called by
 * another and ends everything at once.
 */
final class Demo implements AutoCloseable {

    private static final int SERVERS = 4;
    private static final int REQUESTS_PER_SECOND = 250;
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(12);

    private final Duration total;
    private final Stage stage;
    private final Path folder;
    private final Janitor janitor;
    private final Tally tally = new Tally();
    private volatile Optional<Long> began = Optional.empty();
    private volatile boolean ending;

    /**
     * @param total how long the load lasts
     */
    Demo(Duration total, Stage stage) throws IOException {
        this.total = total;
        this.stage = stage;
        this.folder = Files.createTempDirectory("alwayson-demo-");
        this.janitor = Janitor.of(folder);
    }

    /**
     * @throws IOException if it could not be set up, with what the processes said
     */
    Summary run() throws IOException, InterruptedException {
        List<Integer> ports = FreePort.find(SERVERS + 2);
        Map<String, Integer> names = new LinkedHashMap<>();
        for (int i = 1; i <= SERVERS; i++) {
            names.put("web" + i, ports.get(i - 1));
        }
        WebServers servers = new WebServers(names, folder, janitor);
        servers.start();
        BalancerFile file = new BalancerFile(ports.get(SERVERS), ports.get(SERVERS + 1), names);
        Balancer balancer = Balancer.start(file, folder, janitor);
        balancer.news();
        try (Load load = new Load(file.port(), REQUESTS_PER_SECOND, tally)) {
            return show(file, servers, balancer, load);
        }
    }

    private Summary show(BalancerFile file, WebServers servers, Balancer balancer, Load load)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        Instant wall = Instant.now();
        began = Optional.of(start);
        Story story = new Story(() -> since(start));
        List<FaultPlan.Planned> plan = FaultPlan.of(total, List.copyOf(servers.ports().keySet()));
        Faults faults =
                new Faults(
                        plan,
                        servers,
                        balancer,
                        tally,
                        start,
                        (at, text) -> story.add(new Look.Line(at, true, text)));
        Recent recent = new Recent(stage.looksPerSecond());
        long period = TimeUnit.SECONDS.toNanos(1) / stage.looksPerSecond();
        long looks = total.toSeconds() * stage.looksPerSecond();
        for (long look = 1; look <= looks && !ending && balancer.runs(); look++) {
            TimeUnit.NANOSECONDS.sleep(start + look * period - System.nanoTime());
            hear(balancer, faults, wall, story);
            recent.sample(tally);
            long saved = balancer.retries();
            List<ServerStatus> statuses = balancer.servers();
            Story.Until now = story.now();
            stage.show(
                    new Look(
                            now.time(),
                            total,
                            file.port(),
                            recent.second(),
                            tally.totals(),
                            saved,
                            statuses,
                            faults.current().map(Fault::text).orElse(""),
                            now.told()));
        }
        load.stop();
        boolean answered = load.awaitAnswers(LAST_ANSWERS);
        faults.await();
        Duration lasted = since(start);
        if (!balancer.runs()) {
            return new Summary(
                    lasted,
                    tally.totals(),
                    0,
                    faults.results(),
                    tally.failures(),
                    !answered,
                    Optional.of("the balancer ended:\n" + balancer.tail()));
        }
        hear(balancer, faults, wall, story);
        Summary summary =
                new Summary(
                        lasted,
                        tally.totals(),
                        balancer.retries(),
                        faults.results(),
                        tally.failures(),
                        !answered,
                        faults.problem());
        balancer.stop();
        return summary;
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Takes in what the balancer did since the last time. */
    private static void hear(Balancer balancer, Faults faults, Instant start, Story story)
            throws IOException {
        for (Occurrence occurrence : balancer.news()) {
            faults.seen(occurrence);
            Duration at = Duration.between(start, occurrence.wall());
            story.add(new Look.Line(at, false, occurrence.text()));
        }
    }

    /** What came of the load until now, in a sentence for whom it is ended early. Any thread. */
    String soFar() {
        Tally.Totals totals = tally.totals();
        return began.map(start ->
                        "Ended by a signal after %d s: %s requests, %s answered, %s failed"
                                .formatted(
                                        since(start).toSeconds(),
                                        Figures.count(totals.requests()),
                                        Figures.count(totals.answered()),
                                        Figures.count(totals.failed())))
                .orElse("Ended by a signal before the load began");
    }

    /** Whether it was told to end before its time. */
    boolean ending() {
        return ending;
    }

    /** Kills every process of the demo and removes its folder. May be called again. */
    @Override
    public void close() throws IOException {
        ending = true;
        janitor.close();
        stage.close();
    }
}
