package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.node.proxy.Trial.Failure;
import dev.alwayson.node.proxy.Trial.Unmet;
import dev.alwayson.node.proxy.corpus.Corpus;
import dev.alwayson.node.proxy.corpus.Entry;
import dev.alwayson.node.proxy.corpus.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules that a setting turns off, through a real proxy: without one exactly its entries fail.
 * What the readers refuse is turned off in RulesTest.
 */
class TurnedOffTest {

    /** Several times the deadlines of the entries: who hears nothing for so long has none. */
    private static final Duration SILENCE = Duration.ofSeconds(5);

    static Stream<Arguments> limits() {
        return Stream.of(
                Arguments.of("max-body", Set.of(Rule.BODY_TOO_LARGE)),
                Arguments.of("head-deadline", Set.of(Rule.HEAD_DEADLINE)),
                Arguments.of("idle", Set.of(Rule.BODY_DEADLINE, Rule.IDLE_DEADLINE)),
                Arguments.of("response", Set.of(Rule.RESPONSE_DEADLINE)));
    }

    /** An entry that does not set the limit is sent without it by CorpusTest. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("limits")
    void withoutALimitItsEntriesFailAndNoOthers(String limit, Set<Rule> rules) throws Exception {
        List<Entry> limited = entries(entry -> entry.settings().containsKey(limit));
        Predicate<Entry> broken = entry -> rules.contains(entry.rule());
        assertThat(limited).containsAll(entries(broken));

        List<Trial> trials = new ArrayList<>();
        for (Entry entry : limited) {
            for (Trial trial : Trial.of(entry)) {
                Trial without = trial.with(without(entry, limit));
                trials.add(broken.test(entry) ? without.waiting(SILENCE) : without);
            }
        }
        assertFailing(trials, broken);
    }

    static Stream<Arguments> permissions() {
        return Stream.of(
                Arguments.of("underscore-names", Rule.UNDERSCORE_NAME),
                Arguments.of("trusted", Rule.FORWARDING_IS_OURS));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("permissions")
    void whereItIsPermittedExactlyTheEntriesFailThatForbidIt(String permission, Rule rule)
            throws Exception {
        List<Trial> trials =
                Corpus.entries().stream()
                        .map(entry -> Trial.first(entry).with(having(entry, permission)))
                        .toList();
        assertFailing(
                trials, entry -> entry.rule() == rule && !entry.settings().containsKey(permission));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("permissions")
    void whereItIsNotPermittedTheEntriesFailThatPermitIt(String permission, Rule rule)
            throws Exception {
        List<Trial> trials =
                entries(entry -> entry.settings().containsKey(permission)).stream()
                        .flatMap(entry -> Trial.of(entry).stream())
                        .map(trial -> trial.with(without(trial.entry(), permission)))
                        .toList();
        assertThat(trials).isNotEmpty();
        assertFailing(trials, entry -> entry.rule() == rule);
    }

    private static List<Entry> entries(Predicate<Entry> which) {
        return Corpus.entries().stream().filter(which).toList();
    }

    private static Map<String, String> having(Entry entry, String setting) {
        Map<String, String> settings = new HashMap<>(entry.settings());
        settings.put(setting, "yes");
        return settings;
    }

    private static Map<String, String> without(Entry entry, String setting) {
        Map<String, String> settings = new HashMap<>(entry.settings());
        settings.remove(setting);
        return settings;
    }

    private static void assertFailing(List<Trial> trials, Predicate<Entry> expected)
            throws InterruptedException {
        List<Failure> failures = Trial.failures(trials);
        assertThat(failures)
                .allSatisfy(failure -> assertThat(failure.why()).isInstanceOf(Unmet.class));
        assertThat(failures.stream().map(Failure::trial))
                .containsExactlyInAnyOrderElementsOf(
                        trials.stream().filter(trial -> expected.test(trial.entry())).toList());
    }
}
