package dev.alwayson.sim;

import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.control.Control;
import dev.alwayson.core.control.Effect;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.control.RuntimeChanges;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.control.State;
import dev.alwayson.core.control.Step;
import dev.alwayson.core.journal.Event;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.time.HybridTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One run of the control loop in a simulated world: carries out its effects, gives it what comes of
 * them, and checks every rule after every step. All that is random comes from the seed, so the same
 * seed gives the same run. One thread.
 */
public final class Simulation {

    private static final long LAST_SEQUENCE = 41;
    private static final HybridTime LAST_TIME = new HybridTime(1_760_000_000_000L, 3);

    private final long seed;
    private final StepFunction function;
    private static final Duration TRIES_TOLD = Duration.ofSeconds(1);

    private final SplittableRandom probing;
    private final SplittableRandom requests;
    private final SimulatedTime time;
    private final Agenda agenda = new Agenda();
    private final Map<HostAndPort, Machine> machines = new LinkedHashMap<>();
    private final SimulatedStore store;
    private final Disturbances disturbances;
    private final List<Event> events = new ArrayList<>();
    private Facts facts;
    private List<Rule> rules;
    private State state;
    private Optional<Snapshot> snapshot = Optional.empty();

    /** Counts the node's lives: what one began does not reach the next. */
    private int life;

    private long steps;
    private long wakes;

    private Simulation(long seed, StepFunction function) {
        this.seed = seed;
        this.function = function;
        SplittableRandom random = new SplittableRandom(seed);
        probing = random.split();
        store = new SimulatedStore(random.split());
        time = new SimulatedTime(Long.MAX_VALUE - random.nextLong(60_000_000_000L));
        Drafts.ADDRESSES.forEach(address -> machines.put(address, new Machine()));
        disturbances =
                new Disturbances(random.split(), machines, store, time, this::take, this::kill);
        requests = random.split();
        facts = new Facts(store.content().states());
        rules = rules(LAST_SEQUENCE, LAST_TIME);
        state = Control.start("lb1", "0.1.0", LAST_SEQUENCE, LAST_TIME, store.content(), seed);
    }

    private List<Rule> rules(long lastSequence, HybridTime lastTime) {
        ProbeRule probes = new ProbeRule();
        return List.of(
                probes,
                new SnapshotRule(probes),
                new ServingRule(),
                new SlowStartRule(),
                new EjectionRule(time),
                new EventRule(lastSequence, lastTime),
                new CommandRule(store),
                new WakeRule(),
                new SettledRule(machines));
    }

    /** The node ends here; the next one knows what the store and the journal have. */
    private void kill() {
        life++;
        store.killed();
        Event last = events.getLast();
        facts = new Facts(store.content().states());
        rules = rules(last.id().sequence(), last.time());
        snapshot = Optional.empty();
        state =
                Control.start(
                        "lb1",
                        "0.1.0",
                        last.id().sequence(),
                        last.time(),
                        store.content(),
                        seed + life);
    }

    /** Plans it for this life of the node. */
    private void plan(long elapsed, Runnable what) {
        int planned = life;
        agenda.plan(
                elapsed,
                () -> {
                    if (life == planned) {
                        what.run();
                    }
                });
    }

    /**
     * Runs until the world was troubled for {@code trouble}, and then quiet for long enough.
     *
     * @throws Violation if a rule does not hold
     */
    public static Run run(long seed, StepFunction function, Duration trouble) {
        return new Simulation(seed, function).run(trouble.toNanos());
    }

    private Run run(long trouble) {
        disturbances.begin();
        request();
        disturb(trouble);
        until(trouble);
        disturbances.end();
        until(trouble + Drafts.SETTLED.toNanos());
        Observed last = new Observed(new Input.Woken(), List.of(), facts, snapshot, snapshot);
        guarded("the quiet time", () -> rules.forEach(rule -> rule.settled(last)));
        return new Run(seed, steps, events, snapshot.orElseThrow());
    }

    private void disturb(long trouble) {
        long next = time.elapsed() + disturbances.pause().toNanos();
        if (next < trouble) {
            agenda.plan(
                    next,
                    () -> {
                        disturbances.next();
                        disturb(trouble);
                    });
        }
    }

    private void until(long elapsed) {
        Optional<Agenda.Item> item = agenda.next(elapsed);
        while (item.isPresent()) {
            time.advanceTo(item.get().elapsed());
            item.get().what().run();
            item = agenda.next(elapsed);
        }
        time.advanceTo(elapsed);
    }

    /** Clients send requests to whoever may have them; what comes of these is told. */
    private void request() {
        if (requests.nextInt(3) > 0) {
            tell();
        }
        agenda.plan(time.elapsed() + TRIES_TOLD.toNanos(), this::request);
    }

    private void tell() {
        List<ServerTries> tries = new ArrayList<>();
        for (BackendView view : snapshot.orElseThrow().backends().values()) {
            for (int candidate : view.candidates()) {
                ServerView server = view.servers().get(candidate);
                Machine machine =
                        machines.computeIfAbsent(server.server().address(), _ -> new Machine());
                tries.add(machine.serve(server, requests.nextInt(12), requests));
            }
        }
        take(new Input.Tried(tries));
    }

    private void take(Input input) {
        steps++;
        Step step = function.step(state, input, time.now());
        state = step.state();
        Optional<Snapshot> before = snapshot;
        step.effects().forEach(this::carryOut);
        facts.take(input);
        Observed observed = new Observed(input, step.effects(), facts, before, snapshot);
        guarded(input, () -> rules.forEach(rule -> rule.check(observed)));
    }

    private void guarded(Object input, Runnable checks) {
        try {
            checks.run();
        } catch (Violation violation) {
            throw new Violation(seed, steps, input, violation);
        }
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Publish publish -> snapshot = Optional.of(publish.snapshot());
            case Effect.Append append -> events.add(append.event());
            case Effect.Probe probe ->
                    plan(time.elapsed() + probe.delay().toNanos(), () -> probe(probe));
            case Effect.SaveRuntime save -> store(save.changes());
            case Effect.Answer _ -> {}
            case Effect.WakeAt wake -> wake(wake);
        }
    }

    private void probe(Effect.Probe probe) {
        Machine machine = machines.computeIfAbsent(probe.target().address(), _ -> new Machine());
        var result = machine.probe(probe.target().check(), probing);
        Input.Probed probed = new Input.Probed(probe.target(), probe.round(), result);
        long end = time.elapsed() + result.took().toNanos();
        plan(end, () -> take(probed));
        if (probing.nextInt(50) == 0) {
            plan(end + probing.nextLong(3_000_000_000L), () -> take(probed));
        }
    }

    private void store(RuntimeChanges changes) {
        if (store.accept(changes)) {
            plan(store.end(time.elapsed()), () -> save(store.take(changes)));
        }
    }

    private void save(RuntimeChanges changes) {
        take(new Input.RuntimeSaved(changes.version(), store.save(changes)));
    }

    /** The newest wake-up replaces those before. */
    private void wake(Effect.WakeAt wake) {
        long number = ++wakes;
        plan(
                Math.max(time.elapsed(), time.elapsedAt(wake.nanos())),
                () -> {
                    if (number == wakes) {
                        take(new Input.Woken());
                    }
                });
    }

    /**
     * A run that held every rule.
     *
     * @param events all that were appended
     * @param last the last snapshot
     */
    public record Run(long seed, long steps, List<Event> events, Snapshot last) {
        public Run {
            events = List.copyOf(events);
        }
    }
}
