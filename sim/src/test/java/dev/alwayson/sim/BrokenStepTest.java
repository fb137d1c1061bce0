package dev.alwayson.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.Ejection;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.balance.Serving;
import dev.alwayson.core.control.Control;
import dev.alwayson.core.control.Effect;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.control.State;
import dev.alwayson.core.control.Step;
import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.EventId;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.setting.DurationText;
import dev.alwayson.core.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps that were broken on purpose: the rules find each, and say where and how to replay it. */
class BrokenStepTest {

    private static final Duration TROUBLE = Duration.ofSeconds(20);

    /** A broken step is found within so many schedules. */
    private static final int SCHEDULES = 100;

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(
                        "everybody is a candidate",
                        " serves and is |serves beside|is left out in panic",
                        views(BrokenStepTest::everybody)),
                Arguments.of(
                        "the last candidate is left out",
                        "left out|candidates, and somebody",
                        views(BrokenStepTest::allButTheLast)),
                Arguments.of(
                        "a removed backend is still named",
                        "the backends shown are|another configuration",
                        snapshots(BrokenStepTest::withGhost)),
                Arguments.of(
                        "a server is forgotten",
                        "configured are",
                        views(BrokenStepTest::withoutTheFirst)),
                Arguments.of(
                        "everybody starts slowly all the time",
                        "serves anew|its share fell",
                        views(BrokenStepTest::startedAnew)),
                Arguments.of(
                        "nobody starts slowly",
                        "serves anew",
                        views(BrokenStepTest::startedAtOnce)),
                Arguments.of(
                        "a snapshot is not published",
                        "checks say|changes are|another configuration|told to be|follows snapshot",
                        dropping(Effect.Publish.class, 7)),
                Arguments.of(
                        "a probe is lost",
                        "no probe is outstanding for",
                        dropping(Effect.Probe.class, 50)),
                Arguments.of(
                        "an event is lost",
                        " is not \\d+|told to be",
                        dropping(Effect.Append.class, 20)),
                Arguments.of(
                        "an answer is lost",
                        "never answered|answered again",
                        dropping(Effect.Answer.class, 5)),
                Arguments.of(
                        "a command is answered at once",
                        "answered again|the store has version",
                        (StepFunction) BrokenStepTest::answeredAtOnce),
                Arguments.of(
                        "a cause is invented",
                        "which is not an earlier event",
                        effects(effect ->
                                effect instanceof Effect.Append append
                                        ? List.of(causedByTheFuture(append.event()))
                                        : List.of(effect))),
                Arguments.of(
                        "a probe is sent twice",
                        "two probes|given twice",
                        effects(effect ->
                                effect instanceof Effect.Probe
                                        ? List.of(effect, effect)
                                        : List.of(effect))),
                Arguments.of(
                        "nothing new is published",
                        "shows nothing new|follows snapshot",
                        (StepFunction) BrokenStepTest::publishedAlways),
                Arguments.of(
                        "nobody is ejected for long",
                        "was told to be ejected or not|shows nothing new",
                        views(BrokenStepTest::returnedAtOnce)),
                Arguments.of(
                        "every ejection is as long as the first",
                        " is ejected for .* and it is time [2-9]",
                        ejections(BrokenStepTest::alwaysFirst)),
                Arguments.of(
                        "no ejection is a first one again",
                        " is ejected for .* and it is time 1:",
                        ejections(BrokenStepTest::neverFirst)),
                Arguments.of(
                        "everybody is ejected",
                        " are ejected, of|longer than was told",
                        views(BrokenStepTest::allEjected)),
                Arguments.of("nobody panics", "panic of .* is false", views(BrokenStepTest::calm)),
                Arguments.of(
                        "a failed check ejects",
                        "none of its requests failed|two snapshots",
                        (StepFunction) BrokenStepTest::failuresOfProbes),
                Arguments.of(
                        "what failed at another address ejects",
                        "none of its requests failed",
                        (StepFunction) BrokenStepTest::failuresElsewhere),
                Arguments.of(
                        "nobody wakes a slow start",
                        "still starts slowly|longer than was told",
                        effects(effect ->
                                effect instanceof Effect.WakeAt ? List.of() : List.of(effect))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void isFound(String name, String rule, StepFunction broken) {
        assertThat(name).isNotBlank();
        assertThatThrownBy(
                        () -> {
                            for (long seed = 1; seed <= SCHEDULES; seed++) {
                                Simulation.run(seed, broken, TROUBLE);
                            }
                        })
                .isInstanceOf(Violation.class)
                .hasMessageMatching("(?s).*(" + rule + ").*")
                .hasMessageMatching("(?s)seed \\d+, step \\d+, after .*-Dseed=\\d+.*");
    }

    private static StepFunction effects(Function<Effect, List<Effect>> change) {
        return (state, input, now) -> {
            Step step = Control.step(state, input, now);
            return new Step(
                    step.state(),
                    step.effects().stream()
                            .flatMap(effect -> change.apply(effect).stream())
                            .toList());
        };
    }

    /** Every {@code nth} of the kind is not carried out. */
    private static StepFunction dropping(Class<? extends Effect> kind, int nth) {
        int[] count = {0};
        return effects(effect ->
                kind.isInstance(effect) && ++count[0] % nth == 0 ? List.of() : List.of(effect));
    }

    private static StepFunction snapshots(UnaryOperator<Snapshot> change) {
        return effects(effect ->
                effect instanceof Effect.Publish publish
                        ? List.of(new Effect.Publish(change.apply(publish.snapshot())))
                        : List.of(effect));
    }

    /** What did not change stays the same object, as it does in the step that is not broken. */
    private static StepFunction views(UnaryOperator<BackendView> change) {
        Map<BackendView, BackendView> changed = new HashMap<>();
        return snapshots(snapshot -> {
            Map<String, BackendView> views = new LinkedHashMap<>();
            for (BackendView view : snapshot.backends().values()) {
                views.put(view.name(), changed.computeIfAbsent(view, change));
            }
            return with(snapshot, views);
        });
    }

    private static Snapshot with(Snapshot snapshot, Map<String, BackendView> views) {
        return new Snapshot(
                snapshot.version(),
                snapshot.configuration(),
                views,
                snapshot.changes(),
                snapshot.checked());
    }

    private static Snapshot withGhost(Snapshot snapshot) {
        Map<String, BackendView> views = new LinkedHashMap<>(snapshot.backends());
        BackendView any = views.values().stream().findFirst().orElseGet(BrokenStepTest::nothing);
        views.put("ghost", any);
        return with(snapshot, views);
    }

    private static BackendView nothing() {
        return with("ghost", Backend.of(Map.of()), List.of(), List.of());
    }

    private static BackendView everybody(BackendView view) {
        List<Integer> all = IntStream.range(0, view.servers().size()).boxed().toList();
        return with(view.name(), view.backend(), view.servers(), all);
    }

    private static BackendView allButTheLast(BackendView view) {
        List<Integer> fewer =
                view.candidates().stream()
                        .limit(Math.max(0, view.candidates().size() - 1))
                        .toList();
        return with(view.name(), view.backend(), view.servers(), fewer);
    }

    private static BackendView withoutTheFirst(BackendView view) {
        return with(
                view.name(), view.backend(), view.servers().stream().skip(1).toList(), List.of());
    }

    private static BackendView startedAnew(BackendView view) {
        return with(view, server -> server.server().slowStart().isZero() ? 1000 : 50);
    }

    private static BackendView startedAtOnce(BackendView view) {
        return with(view, server -> 1000);
    }

    private static BackendView with(BackendView view, ToIntFunction<ServerView> share) {
        List<ServerView> servers =
                view.servers().stream()
                        .map(server ->
                                new ServerView(
                                        server.id(),
                                        server.server(),
                                        server.health(),
                                        server.state(),
                                        server.standing(),
                                        server.server().weight() * share.applyAsInt(server),
                                        server.reason(),
                                        server.since(),
                                        server.ejection()))
                        .toList();
        return with(view.name(), view.backend(), servers, view.candidates());
    }

    private static BackendView returnedAtOnce(BackendView view) {
        return ejecting(view, _ -> Optional.empty());
    }

    private static BackendView allEjected(BackendView view) {
        Ejection any = new Ejection("anything", 1, Instant.EPOCH, Instant.MAX);
        return ejecting(view, _ -> Optional.of(any));
    }

    private static BackendView ejecting(
            BackendView view, Function<ServerView, Optional<Ejection>> ejection) {
        List<ServerView> servers =
                view.servers().stream()
                        .map(server -> ejecting(server, ejection.apply(server)))
                        .toList();
        return with(
                view.name(),
                view.backend(),
                servers,
                Serving.candidates(servers, Serving.panic(servers, view.backend().panic())));
    }

    private static ServerView ejecting(ServerView server, Optional<Ejection> ejection) {
        return new ServerView(
                server.id(),
                server.server(),
                server.health(),
                server.state(),
                Serving.standing(server.health(), server.state(), ejection.isPresent()),
                server.share(),
                server.reason(),
                server.since(),
                ejection);
    }

    /** Tells of each ejection after the first of a server in another way, by what it told last. */
    private static StepFunction ejections(BinaryOperator<Happening.ServerEjected> change) {
        Map<ServerId, Happening.ServerEjected> last = new HashMap<>();
        StepFunction function =
                effects(effect ->
                        effect instanceof Effect.Append append
                                        && append.event().happening()
                                                instanceof Happening.ServerEjected ejected
                                ? List.of(
                                        telling(
                                                append.event(),
                                                last.merge(
                                                        new ServerId(
                                                                ejected.backend(),
                                                                ejected.server()),
                                                        ejected,
                                                        change)))
                                : List.of(effect));
        return (state, input, now) -> {
            if (state.snapshot().isEmpty()) {
                last.clear(); // A node that starts.
            }
            return function.step(state, input, now);
        };
    }

    private static Effect telling(Event event, Happening happening) {
        return new Effect.Append(
                new Event(
                        event.id(),
                        event.version(),
                        event.time(),
                        event.wall(),
                        event.cause(),
                        event.scope(),
                        happening));
    }

    private static Happening.ServerEjected ejected(
            Happening.ServerEjected now, Duration length, int times) {
        return new Happening.ServerEjected(
                now.backend(), now.server(), now.reason(), DurationText.format(length), times);
    }

    /** Each is the first one, however soon after another. */
    private static Happening.ServerEjected alwaysFirst(
            Happening.ServerEjected before, Happening.ServerEjected now) {
        return now.times() == 1 ? now : ejected(now, DurationText.parse(before.length()), 1);
    }

    /** None is the first one again, however long after another. */
    private static Happening.ServerEjected neverFirst(
            Happening.ServerEjected before, Happening.ServerEjected now) {
        Duration twice = DurationText.parse(before.length()).multipliedBy(2);
        Duration most = Drafts.LONGEST_EJECTION;
        Duration length = twice.compareTo(most) < 0 ? twice : most;
        return now.times() == 1 ? ejected(now, length, before.times() + 1) : now;
    }

    private static BackendView calm(BackendView view) {
        return new BackendView(
                view.name(),
                view.backend(),
                view.servers(),
                Serving.candidates(view.servers(), false),
                view.availability(),
                false);
    }

    /** A failed check counts as a failed request of every server. */
    private static Step failuresOfProbes(State state, Input input, Moment now) {
        if (input instanceof Input.Probed probed && !probed.result().success()) {
            Step step = Control.step(state, input, now);
            List<ServerTries> tries =
                    step.state().snapshot().stream()
                            .flatMap(shown -> shown.backends().values().stream())
                            .flatMap(view -> view.servers().stream())
                            .map(server ->
                                    new ServerTries(server.id(), server.server().address(), 1, 0))
                            .toList();
            Step more = Control.step(step.state(), new Input.Tried(tries), now);
            List<Effect> effects = new ArrayList<>(step.effects());
            effects.addAll(more.effects());
            return new Step(more.state(), effects);
        }
        return Control.step(state, input, now);
    }

    /** What failed counts where the server is now. */
    private static Step failuresElsewhere(State state, Input input, Moment now) {
        if (!(input instanceof Input.Tried tried)) {
            return Control.step(state, input, now);
        }
        List<ServerTries> here = new ArrayList<>();
        for (BackendView view : state.snapshot().orElseThrow().backends().values()) {
            for (ServerView server : view.servers()) {
                tried.servers().stream()
                        .filter(each -> each.server().equals(server.id()))
                        .map(each ->
                                new ServerTries(
                                        each.server(),
                                        server.server().address(),
                                        each.failed(),
                                        each.answered()))
                        .forEach(here::add);
            }
        }
        return Control.step(state, new Input.Tried(here), now);
    }

    private static BackendView with(
            String name, Backend backend, List<ServerView> servers, List<Integer> candidates) {
        return new BackendView(
                name,
                backend,
                servers,
                candidates,
                Serving.availability(servers),
                Serving.panic(servers, backend.panic()));
    }

    private static Effect causedByTheFuture(Event event) {
        EventId later = new EventId(event.id().node(), event.id().sequence() + 1);
        return new Effect.Append(
                new Event(
                        event.id(),
                        event.version(),
                        event.time(),
                        event.wall(),
                        event.cause().map(_ -> later),
                        event.scope(),
                        event.happening()));
    }

    private static Step answeredAtOnce(State state, Input input, Moment now) {
        Step step = Control.step(state, input, now);
        List<Effect> effects = new ArrayList<>(step.effects());
        for (Effect effect : step.effects()) {
            if (effect instanceof Effect.SaveRuntime
                    && input instanceof Input.SetServerState command) {
                effects.add(new Effect.Answer(command.command(), new Effect.Outcome.Done()));
            }
        }
        return new Step(step.state(), effects);
    }

    private static Step publishedAlways(State state, Input input, Moment now) {
        Step step = Control.step(state, input, now);
        Optional<Snapshot> last = step.state().snapshot();
        boolean published =
                step.effects().stream().anyMatch(effect -> effect instanceof Effect.Publish);
        if (published || last.isEmpty()) {
            return step;
        }
        List<Effect> effects = new ArrayList<>(step.effects());
        Snapshot was = last.get();
        effects.add(
                new Effect.Publish(
                        new Snapshot(
                                was.version() + 1,
                                was.configuration(),
                                was.backends(),
                                was.changes(),
                                was.checked())));
        return new Step(step.state(), effects);
    }
}
