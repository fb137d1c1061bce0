package dev.alwayson.node.wiring;

import dev.alwayson.config.ConfigurationFile;
import dev.alwayson.config.Environment;
import dev.alwayson.config.Note;
import dev.alwayson.config.Problem;
import dev.alwayson.config.Reading;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Control;
import dev.alwayson.core.control.Effect;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.control.Operator;
import dev.alwayson.core.control.RuntimeChanges;
import dev.alwayson.core.control.Shutdown;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.setting.DurationText;
import dev.alwayson.core.time.Clock;
import dev.alwayson.node.admin.AdminServer;
import dev.alwayson.node.admin.ShownNode;
import dev.alwayson.node.admin.Token;
import dev.alwayson.node.checks.Checks;
import dev.alwayson.node.journal.SqliteJournal;
import dev.alwayson.node.journal.SqliteLibrary;
import dev.alwayson.node.metrics.NodeMetrics;
import dev.alwayson.node.metrics.ProcessMetrics;
import dev.alwayson.node.metrics.ServerMetrics;
import dev.alwayson.node.shortage.Shortage;
import dev.alwayson.node.store.DataFolder;
import dev.alwayson.node.store.LocalRuntimeStore;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running Always On: everything it is made of, constructed by hand in start order and closed in
 * reverse. Safe for use by any thread.
 */
public final class Node implements Operator, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final Path file;
    private final Environment environment;
    private final String name;
    private final Clock clock = new SystemClock();
    private final Instant started = clock.now().wall();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ReentrantLock reloading = new ReentrantLock();
    private final ReentrantLock closing = new ReentrantLock();

    private final Commands commands = new Commands();
    private final CheckDurations checkDurations = new CheckDurations();
    private final EjectionCounts ejections = new EjectionCounts();
    private final SqliteJournal journal;
    private final RuntimeSaver saver;
    private final Alarm alarm;
    private final ControlLoop loop;
    private final Checks checks;
    private final DataPath path;
    private final PathDriver driver;
    private final AdminServer admin;

    private volatile Snapshot newest;
    private volatile boolean serving;
    private volatile boolean stopping;
    private volatile @Nullable String cutBy;

    /** Who drains at the moment. Guarded by {@link #closing}. */
    private @Nullable Thread drainer;

    /**
     * Reads the file and starts.
     *
     * @param path makes the data path, or throws {@link UncheckedIOException}; its argument is the
     *     seed of what it does at random
     * @throws StartFailed with every reason; nothing is left running then
     */
    public static Node start(Path file, Environment environment, LongFunction<DataPath> path)
            throws StartFailed, InterruptedException {
        return switch (ConfigurationFile.read(file, environment)) {
            case Reading.Invalid invalid -> throw new StartFailed(lines(invalid));
            case Reading.Valid valid -> new Node(file, environment, valid, path);
        };
    }

    private Node(
            Path file, Environment environment, Reading.Valid valid, LongFunction<DataPath> path)
            throws StartFailed, InterruptedException {
        this.file = file;
        this.environment = environment;
        this.name = valid.node();
        Configuration configuration = valid.configuration();
        boolean complete = false;
        try {
            DataFolder folder = opened(DataFolder.open(configuration.data()));
            LocalRuntimeStore store = new LocalRuntimeStore(folder.runtimeChanges());
            RuntimeChanges changes = store.load();
            this.newest = new Snapshot(0, configuration, Map.of(), changes, false);
            Optional<Token> token = token(configuration);
            ProxyPath.unpackIn(SqliteLibrary.load(SqliteLibrary.folders(folder.path())));
            this.journal = opened(SqliteJournal.open(folder.journal(), name, clock));
            Shortage.load(); // Before anybody can connect, and take the descriptors for it.
            this.path = path.apply(seed());
            this.driver = opened(new PathDriver(this.path));
            List<String> problems = new ArrayList<>(driver.prepare(file, configuration));
            AdminServer.problem(configuration.admin().bind(), token).ifPresent(problems::add);
            if (!problems.isEmpty()) {
                throw new StartFailed(problems);
            }
            opened(commands);
            this.saver = opened(new RuntimeSaver(store, this::tell));
            this.alarm = opened(new Alarm(clock, () -> tell(new Input.Woken())));
            this.loop =
                    opened(
                            new ControlLoop(
                                    Control.start(
                                            name,
                                            Version.CURRENT,
                                            journal.last().sequence(),
                                            journal.last().time(),
                                            changes,
                                            seed()),
                                    clock,
                                    this::carryOut));
            this.checks = opened(new Checks(this::probed));
            this.admin =
                    opened(
                            AdminServer.start(
                                    configuration.admin().bind(),
                                    token,
                                    shown(folder),
                                    DescriptorLimit.forAdmin(DescriptorLimit.most())));
            PassiveChecks passive =
                    opened(new PassiveChecks(this.path::passiveResults, this::tell));
            loop.start();
            passive.start();
            begin(configuration);
            folder.keep();
            tell(valid.notes());
            complete = true;
        } catch (IOException | UncheckedIOException e) {
            throw new StartFailed(e);
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    private void begin(Configuration configuration) throws InterruptedException, StartFailed {
        loop.tellAndWait(new Input.ConfigurationLoaded(configuration, "start"));
        driver.settle();
        if (driver.problem().isPresent()) {
            driver.settle(); // Tries again: on a machine that is busy a loop may only be late.
        }
        Optional<String> problem = driver.problem();
        if (problem.isPresent()) {
            throw new StartFailed(List.of(problem.get()));
        }
        serving = true;
        LOG.info("{} serves; admin on port {}", name, admin.port());
    }

    /** The port the admin server listens on. */
    public int adminPort() {
        return admin.port();
    }

    /**
     * Waits until the node has stopped.
     *
     * @return who asked to stop a second time, so that what ran was cut; empty if nobody did
     */
    public Optional<String> awaitEnd() throws InterruptedException {
        ended.await();
        return Optional.ofNullable(cutBy);
    }

    @Override
    public Snapshot snapshot() {
        return driver.applied().orElse(newest);
    }

    @Override
    public CompletableFuture<Effect.Outcome> setServerState(
            ServerId server, ServerState state, String by) {
        long command = commands.open();
        CompletableFuture<Effect.Outcome> outcome = commands.await(command);
        if (!outcome.isDone()) {
            tell(new Input.SetServerState(command, server, state, by));
        }
        // Who has the answer can rely on it: the data path has it too.
        return outcome.thenCompose(answer ->
                answer instanceof Effect.Outcome.Unknown
                        ? CompletableFuture.completedFuture(answer)
                        : driver.settled().thenApply(_ -> answer));
    }

    @Override
    public List<String> reload(String by) {
        reloading.lock();
        try {
            Reading reading = ConfigurationFile.read(file, environment);
            if (stopping) {
                return List.of("the node is stopping");
            }
            if (!serving) {
                return List.of("the node is starting: ask again when it is ready");
            }
            return switch (reading) {
                case Reading.Invalid invalid -> refused(lines(invalid), by);
                case Reading.Valid valid -> reload(valid, by);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of("the reload was interrupted: the node is stopping");
        } finally {
            reloading.unlock();
        }
    }

    /**
     * Stops in order: no longer ready, accepting for {@code shutdown.unready-time}, then finishing
     * what runs for at most {@code shutdown.timeout}, then closed. Returns when all that is done. A
     * second call cuts what runs, and returns at once.
     */
    public void stop(String by) {
        closing.lock();
        try {
            if (stopping) {
                hurry(by);
                return;
            }
            stopping = true;
            drainer = Thread.currentThread();
        } finally {
            closing.unlock();
        }
        long began = System.nanoTime();
        int cut = 0;
        try {
            cut = drain(by);
        } catch (InterruptedException e) {
            cut = path.clients();
            LOG.warn("Stopping at once; client connections that are cut: {}", cut);
        } catch (RuntimeException e) {
            cut = path.clients();
            LOG.error("The stop failed; client connections that are cut: {}", cut, e);
        } finally {
            try {
                drained();
                closeAll();
                LOG.info(
                        "{} has stopped, {} after it was asked to; client connections that were"
                                + " cut: {}",
                        name,
                        DurationText.format(Duration.ofNanos(System.nanoTime() - began)),
                        cut == 0 ? "none" : cut);
            } finally { // Whatever fails, who waits for the end is told.
                ended.countDown();
            }
        }
    }

    /** What closes in order after this is not to be disturbed: it stores what was decided. */
    private void drained() {
        closing.lock();
        try {
            drainer = null;
            boolean _ = Thread.interrupted();
        } finally {
            closing.unlock();
        }
    }

    /** Closes everything, the last opened first; what runs is cut. */
    @Override
    public void close() {
        try {
            closeAll();
        } finally {
            ended.countDown();
        }
    }

    private void closeAll() {
        stopping = true;
        AutoCloseable part;
        while ((part = next()) != null) {
            try {
                part.close();
            } catch (Throwable e) { // Also after an Error the rest is to close.
                LOG.warn("{} did not close", part.getClass().getSimpleName(), e);
            }
        }
    }

    private void hurry(String by) {
        if (drainer != null) {
            cutBy = by;
            drainer.interrupt();
            drainer = null;
        }
    }

    private @Nullable AutoCloseable next() {
        closing.lock();
        try {
            return opened.pollLast();
        } finally {
            closing.unlock();
        }
    }

    /** What runs is finished whatever the control loop does. */
    private void tellStop(String by) throws InterruptedException {
        try {
            loop.tellAheadAndWait(new Input.Stop(by));
        } catch (IllegalStateException e) {
            LOG.warn("The stop goes on, though not all that decides knows of it", e);
        }
    }

    /** How many client connections it did not wait for. */
    private int drain(String by) throws InterruptedException {
        Shutdown shutdown = newest.configuration().shutdown();
        tellStop(by);
        path.announceStop();
        Thread.sleep(shutdown.unreadyTime());
        driver.stopAccepting();
        if (path.awaitIdle(shutdown.timeout())) {
            return 0;
        }
        int cut = path.clients();
        LOG.warn(
                "Client connections that did not end within {} and are cut: {}",
                DurationText.format(shutdown.timeout()),
                cut);
        return cut;
    }

    private List<String> reload(Reading.Valid valid, String by) throws InterruptedException {
        Configuration next = valid.configuration();
        List<String> problems =
                new ArrayList<>(
                        Reload.takesRestart(newest.configuration(), name, next, valid.node()));
        Optional<Token> token = Optional.empty();
        try {
            token = token(next);
        } catch (IOException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        if (problems.isEmpty()) {
            problems.addAll(driver.prepare(file, next));
        }
        if (!problems.isEmpty()) {
            return refused(problems, by);
        }
        loop.tellAndWait(new Input.ConfigurationLoaded(next, by));
        driver.settle();
        admin.use(token);
        tell(valid.notes());
        return driver.problemInService().map(Node::loadedOnly).stream().toList();
    }

    /** Also for who reloaded by a signal, and reads no answer. */
    private static String loadedOnly(String problem) {
        String sentence = "the configuration is loaded, but " + problem;
        LOG.warn("{}", sentence);
        return sentence;
    }

    private List<String> refused(List<String> problems, String by) {
        tell(new Input.ConfigurationRefused(problems, by));
        return problems;
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Publish publish -> publish(publish.snapshot());
            case Effect.Append append -> {
                journal.append(append.event());
                EventLog.tell(append.event());
                ejections.learn(append.event().happening());
            }
            case Effect.Probe probe ->
                    checks.schedule(probe.target(), probe.round(), probe.delay());
            case Effect.SaveRuntime save -> saver.save(save.changes());
            case Effect.Answer answer -> commands.answer(answer);
            case Effect.WakeAt wake -> alarm.wakeAt(wake.nanos());
        }
    }

    private void publish(Snapshot snapshot) {
        boolean reloaded = !snapshot.configuration().equals(newest.configuration());
        newest = snapshot;
        if (reloaded) {
            checkDurations.keep(snapshot);
            ejections.keep(snapshot);
        }
        driver.apply(snapshot);
    }

    private void probed(Input.Probed probed) {
        checkDurations.learn(probed);
        tell(probed);
    }

    private static void tell(List<Note> notes) {
        notes.forEach(note -> LOG.warn("{}", note));
    }

    private void tell(Input input) {
        loop.tell(input);
    }

    private Optional<String> notReady() {
        if (stopping) {
            return Optional.of("stopping");
        }
        if (!serving) {
            return Optional.of("starting");
        }
        return snapshot().checked()
                ? Optional.empty()
                : Optional.of("some server was not checked yet");
    }

    private ShownNode shown(DataFolder folder) {
        List<MultiCollector> metrics = new ArrayList<>(path.metrics());
        metrics.add(new ServerMetrics(this::snapshot, path, checkDurations::of, ejections::of));
        metrics.add(new NodeMetrics(name, Version.CURRENT, journal, () -> notReady().isEmpty()));
        metrics.add(new ProcessMetrics());
        return new ShownNode(
                name,
                Version.CURRENT,
                file,
                started,
                clock,
                this,
                path,
                journal,
                this::notReady,
                Parts.of(loop, journal, path, driver, folder.path()),
                metrics);
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.add(part);
        return part;
    }

    private long seed() {
        return clock.now().nanos() ^ ProcessHandle.current().pid() << 32;
    }

    private static Optional<Token> token(Configuration configuration) throws IOException {
        Optional<Path> file = configuration.admin().tokenFile();
        return file.isEmpty() ? Optional.empty() : Optional.of(Token.read(file.get()));
    }

    private static List<String> lines(Reading.Invalid invalid) {
        return invalid.problems().stream().map(Problem::toString).toList();
    }
}
