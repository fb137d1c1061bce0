package dev.alwayson.node.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Limits;
import dev.alwayson.core.setting.ByteSize;
import dev.alwayson.node.proxy.corpus.Corpus;
import dev.alwayson.node.proxy.corpus.Entry;
import dev.alwayson.node.proxy.corpus.Rule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each rule keeps out what the corpus says, and nothing else does. */
class RulesTest {

    private static final List<Refusal> LIMITS =
            List.of(Refusal.REQUEST_LINE_TOO_LONG, Refusal.HEAD_TOO_LARGE, Refusal.TOO_MANY_LINES);
    private static final List<Entry> CORPUS = Corpus.entries();
    private static final Limits WIDE = new Limits(ByteSize.kib(200), ByteSize.kib(256), 1000);

    @Test
    void everyEntryIsRefusedByItsRuleAndByNoOther() {
        List<String> wrong = new ArrayList<>();
        for (Entry entry : CORPUS) {
            String expected = entry.rule().refusal().map(Refusal::word).orElse("");
            String refusedBy = Reading.refusedBy(reading(entry, null));
            if (!refusedBy.equals(expected)) {
                wrong.add(entry + ": refused by: " + refusedBy);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void withoutARuleItsEntriesChangeAndNoOthers(Refusal off) {
        List<String> wrong = new ArrayList<>();
        int let = 0;
        for (Entry entry : CORPUS) {
            String with = reading(entry, null);
            String without = reading(entry, off);
            boolean broken = entry.rule().refusal().equals(Optional.of(off));
            if (with.equals(without) == broken) {
                wrong.add(entry + ": " + (broken ? "no rule" : "not this rule") + ":\n" + without);
            }
            let += broken && Reading.refusedBy(without).isEmpty() ? 1 : 0;
        }
        assertThat(wrong).isEmpty();
        assertThat(let).as("what only " + off.word() + " keeps out").isPositive();
    }

    @Test
    void everyRefusalIsARuleOfTheCorpus() {
        assertThat(Arrays.stream(Rule.values()).flatMap(r -> r.refusal().stream()))
                .containsExactlyInAnyOrder(Refusal.values());
    }

    @Test
    void theDocumentTellsOfEveryRefusal() throws Exception {
        String document =
                Files.readString(Path.of(System.getProperty("project.root"), "docs/security.md"));
        assertThat(Refusal.values())
                .allSatisfy(refusal ->
                        assertThat(document)
                                .contains(
                                        "| `%s` | %d |"
                                                .formatted(refusal.word(), refusal.status())));
    }

    private static String reading(Entry entry, @Nullable Refusal off) {
        String server = entry.serverOctets();
        Limits limits = limits(entry, off);
        Refusal rule = off != null && LIMITS.contains(off) ? null : off;
        String asked = Reading.ofRequests(limits, rule).all(entry.clientOctets());
        if (server.isEmpty()) {
            return asked;
        }
        Method method = entry.clientOctets().startsWith("HEAD ") ? Method.HEAD : Method.GET;
        return asked + Reading.ofResponses(limits, rule, method).all(server);
    }

    /** The entry's own; a limit that is turned off is one that nothing reaches. */
    private static Limits limits(Entry entry, @Nullable Refusal off) {
        Limits standard = Limits.STANDARD;
        ByteSize line = size(entry, "request-line", standard.requestLine());
        ByteSize head = size(entry, "head", standard.head());
        int lines =
                Integer.parseInt(
                        entry.settings().getOrDefault("header-lines", "" + standard.headerLines()));
        return new Limits(
                off == Refusal.REQUEST_LINE_TOO_LONG ? WIDE.requestLine() : line,
                off == Refusal.HEAD_TOO_LARGE ? WIDE.head() : head,
                off == Refusal.TOO_MANY_LINES ? WIDE.headerLines() : lines);
    }

    private static ByteSize size(Entry entry, String setting, ByteSize standard) {
        String text = entry.settings().get(setting);
        return text == null
                ? standard
                : new ByteSize(Long.parseLong(text.toLowerCase(Locale.ROOT).replace("b", "")));
    }
}
