package dev.alwayson.node.proxy;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.node.proxy.corpus.Corpus;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every entry of the corpus against a real proxy before a recording server: what comes back, how
 * the client's connection is left, and the octets at the far side. Entries of clients also on a
 * connection that has served a request before, with a kept connection to the server behind it.
 */
class CorpusTest {

    private static final int ENTRIES = 300;

    @Test
    void everyEntryIsAnsweredAndPassedOnAsItSays() throws Exception {
        String only = System.getProperty("corpus.only", "");
        List<Trial> trials =
                Corpus.entries().stream()
                        .filter(entry -> entry.toString().contains(only))
                        .flatMap(entry -> Trial.of(entry).stream())
                        .toList();
        List<Trial.Failure> failures = Trial.failures(trials);
        String all = failures.stream().map(Trial.Failure::toString).collect(joining("\n"));
        assertThat(failures).as("entries: %s", all).isEmpty();
    }

    @Test
    void theCorpusIsLargeAndItsNamesTellEntriesApart() {
        List<String> names =
                Corpus.entries().stream().map(e -> e.rule().word() + ": " + e.name()).toList();
        assertThat(names).hasSizeGreaterThanOrEqualTo(ENTRIES).doesNotHaveDuplicates();
    }

    /**
     * The list of bugs found by http-garden (github.com/narfindustries/http-garden, TROPHIES.md):
     * of servers s1 to s48, of proxies t1 to t25, which has no t8, found by the way b1 to b5, with
     * HTTP/2 in front h1 and h2. Left out are b1, b2 and b5, which every request brought about.
     */
    @Test
    void everyClassOfBugThatHttpGardenFoundIsThere() {
        Stream<String> classes =
                Stream.of(
                                IntStream.rangeClosed(1, 48).mapToObj(i -> "s" + i),
                                IntStream.rangeClosed(1, 25)
                                        .filter(i -> i != 8)
                                        .mapToObj(i -> "t" + i),
                                Stream.of("b3", "b4", "h1", "h2"))
                        .flatMap(each -> each);
        TreeSet<String> there = new TreeSet<>();
        Corpus.entries().forEach(entry -> there.addAll(entry.garden()));
        assertThat(there).containsExactlyInAnyOrderElementsOf(classes.toList());
    }
}
