package dev.alwayson.app.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
    private final List<Look.Line> told = new ArrayList<>();
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
        Tally tally = new Tally();
        try (Load load = new Load(file.port(), REQUESTS_PER_SECOND, tally)) {
            return show(file, servers, balancer, load, tally);
        }
    }

    private Summary show(
            BalancerFile file, WebServers servers, Balancer balancer, Load load, Tally tally)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        Instant wall = Instant.now();
        List<FaultPlan.Planned> plan = FaultPlan.of(total, List.copyOf(servers.ports().keySet()));
        Faults faults = new Faults(plan, servers, balancer, tally, start, this::tell);
        Recent recent = new Recent(stage.looksPerSecond());
        long period = TimeUnit.SECONDS.toNanos(1) / stage.looksPerSecond();
        long looks = total.toSeconds() * stage.looksPerSecond();
        for (long look = 1; look <= looks && !ending && balancer.runs(); look++) {
            TimeUnit.NANOSECONDS.sleep(start + look * period - System.nanoTime());
            hear(balancer, faults, wall);
            recent.sample(tally);
            stage.show(
                    new Look(
                            Duration.ofNanos(System.nanoTime() - start),
                            total,
                            file.port(),
                            recent.second(),
                            tally.totals(),
                            balancer.retries(),
                            balancer.servers(),
                            faults.current().map(Fault::text).orElse(""),
                            story()));
        }
        load.stop();
        boolean answered = load.awaitAnswers(LAST_ANSWERS);
        faults.await();
        Duration lasted = Duration.ofNanos(System.nanoTime() - start);
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
        hear(balancer, faults, wall);
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

    /** Takes in what the balancer did since the last time. */
    private void hear(Balancer balancer, Faults faults, Instant start) throws IOException {
        for (Occurrence occurrence : balancer.news()) {
            faults.seen(occurrence);
            add(
                    new Look.Line(
                            Duration.between(start, occurrence.wall()), false, occurrence.text()));
        }
    }

    private void tell(Duration at, String text) {
        add(new Look.Line(at, true, text));
    }

    private void add(Look.Line line) {
        synchronized (told) {
            told.add(line);
        }
    }

    private List<Look.Line> story() {
        synchronized (told) {
            return List.copyOf(told);
        }
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
