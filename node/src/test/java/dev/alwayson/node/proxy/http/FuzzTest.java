package dev.alwayson.node.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Limits;
import dev.alwayson.core.setting.ByteSize;
import dev.alwayson.node.proxy.corpus.Corpus;
import dev.alwayson.node.proxy.corpus.Entry;
import dev.alwayson.node.proxy.corpus.Escapes;
import dev.alwayson.node.proxy.corpus.Mutator;
import dev.alwayson.node.proxy.corpus.StrictReading;
import dev.alwayson.node.proxy.corpus.StrictReading.Message;
import dev.alwayson.node.proxy.http.Reading.Passed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Messages that nobody thought of: what is made of them is the same however their octets are cut;
 * what is passed on is one message, of the same meaning to a reader of its own and to a strict one;
 * nothing throws, and nothing is read beyond what came. For longer: {@code -Dfuzz.seconds=3600}; a
 * run again: {@code -Dfuzz.seed=}.
 */
class FuzzTest {

    private static final Duration TIME = Duration.ofSeconds(Long.getLong("fuzz.seconds", 60) / 2);
    private static final int MOST_CUTS = 12;
    private static final int MOST_CASES = 200_000;

    /** For what is sent, which has a few lines more than what came. */
    private static final Limits WIDE = new Limits(ByteSize.kib(64), ByteSize.kib(64), 200);

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** What is wrong with a message, or an empty text; and the messages that were accepted. */
    private record Verdict(String problem, int accepted) {}

    @Test
    void whateverClientsSendIsReadInOneWayAndPassedOnAsOneMessageEach() {
        Mutator mutator = new Mutator(random, octets(entry -> Stream.of(entry.clientOctets())));
        run("requests", mutator::request, octets -> requests(octets, null));
    }

    @ParameterizedTest
    @EnumSource(
            value = Refusal.class,
            names = {
                "BARE_LF",
                "BARE_CR",
                "SPACE_BEFORE_COLON",
                "SEVERAL_LENGTHS",
                "LENGTH_AND_ENCODING",
                "BAD_ENCODING",
                "BAD_CHUNK_SIZE",
                "BAD_CHUNK_END"
            })
    void aReaderThatLacksARuleIsFoundOut(Refusal lacked) {
        Mutator mutator = new Mutator(random, octets(entry -> Stream.of(entry.clientOctets())));
        int cases = 0;
        while (requests(mutator.request(), lacked).problem().isEmpty()) {
            assertThat(++cases).as("cases, seed %d", seed).isLessThan(MOST_CASES);
        }
    }

    @Test
    void whateverServersSendIsReadInOneWayAndPassedOnAsOneMessageEach() {
        Mutator mutator =
                new Mutator(
                        random, octets(e -> Stream.of(e.serverOctets()).filter(o -> !o.isEmpty())));
        run("responses", mutator::response, this::responses);
    }

    private static List<String> octets(Function<Entry, Stream<String>> of) {
        return Corpus.entries().stream().flatMap(of).toList();
    }

    private void run(String what, Supplier<String> make, Function<String, Verdict> check) {
        long until = System.nanoTime() + TIME.toNanos();
        long cases = 0;
        long accepted = 0;
        while (System.nanoTime() - until < 0) {
            String message = make.get();
            Verdict verdict = check.apply(message);
            if (!verdict.problem().isEmpty()) {
                String small = Mutator.smallest(message, m -> !check.apply(m).problem().isEmpty());
                throw new AssertionError(
                        check.apply(small).problem()
                                + "\nseed "
                                + seed
                                + ", case "
                                + cases
                                + ", as small as it gets:\n"
                                + Escapes.show(">", small));
            }
            cases++;
            accepted += verdict.accepted();
        }
        System.out.printf(
                "%d %s made, %d accepted, none misunderstood; seed %d%n",
                cases, what, accepted, seed);
        assertThat(accepted).as("accepted, seed %d", seed).isGreaterThan(cases / 20);
    }

    private Verdict requests(String octets, @Nullable Refusal lacked) {
        return verdict(
                octets,
                Reading.ofRequests(Limits.STANDARD, lacked),
                Reading.ofRequests(Limits.STANDARD, lacked),
                () -> Reading.ofRequests(WIDE, null),
                passed -> misunderstood(passed, StrictReading::requests));
    }

    private Verdict responses(String octets) {
        Method asked = octets.length() % 5 == 0 ? Method.HEAD : Method.GET;
        return verdict(
                octets,
                Reading.ofResponses(Limits.STANDARD, null, asked),
                Reading.ofResponses(Limits.STANDARD, null, asked),
                () -> Reading.ofResponses(WIDE, null, asked),
                passed ->
                        misunderstood(
                                passed,
                                o -> StrictReading.responses(o, List.of(asked.name()), true)));
    }

    private Verdict verdict(
            String octets,
            Reading whole,
            Reading pieces,
            Supplier<Reading> second,
            Function<Passed, String> misunderstood) {
        try {
            String told = whole.all(octets);
            String cut = cut(octets, pieces);
            if (!cut.equals(told)) {
                return new Verdict("whole:\n" + told + "cut:\n" + cut, 0);
            }
            for (Passed passed : whole.passed()) {
                String problem = misunderstood.apply(passed) + again(passed, second.get());
                if (!problem.isEmpty()) {
                    return new Verdict(problem, 0);
                }
            }
            return new Verdict("", whole.passed().size());
        } catch (RuntimeException e) {
            return new Verdict("threw " + e + " at " + e.getStackTrace()[0], 0);
        }
    }

    private String cut(String octets, Reading reading) {
        boolean single = random.nextInt(8) == 0 && octets.length() < 500;
        List<Integer> cuts = new ArrayList<>();
        for (int i = random.nextInt(MOST_CUTS); i > 0; i--) {
            cuts.add(random.nextInt(octets.length() + 1));
        }
        int from = 0;
        for (int at = 1; at <= octets.length(); at++) {
            if (single || at == octets.length() || cuts.contains(at)) {
                reading.take(octets.substring(from, at));
                from = at;
            }
        }
        return reading.end();
    }

    /** What came and what is sent for it are each one message to a strict reader, and the same. */
    private static String misunderstood(Passed passed, Function<String, StrictReading> strictly) {
        String came = passed.came().startsWith("\r\n") ? passed.came().substring(2) : passed.came();
        for (String octets : List.of(came, passed.sent())) {
            StrictReading reading = strictly.apply(octets);
            List<Message> messages = reading.messages();
            boolean same =
                    reading.rest() == StrictReading.Rest.NOTHING
                            && messages.size() == 1
                            && messages.getFirst().length() == octets.length()
                            && messages.getFirst().body().equals(passed.body())
                            && messages.getFirst().first().contains(passed.start());
            if (!same) {
                return "accepted as " + passed + ", strictly: " + messages + reading.rest();
            }
        }
        return "";
    }

    /** What is sent is accepted, as one message with the same start and body. */
    private static String again(Passed passed, Reading reading) {
        String told = reading.all(passed.sent());
        List<Passed> second = reading.passed();
        boolean same =
                second.size() == 1
                        && second.getFirst().came().equals(passed.sent())
                        && second.getFirst().start().equals(passed.start())
                        && second.getFirst().body().equals(passed.body());
        return same ? "" : "sent for " + passed + ", and read as:\n" + told;
    }
}
