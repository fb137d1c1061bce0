package dev.alwayson.node.proxy.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a test shows of a message can be put into the corpus as it stands. */
class CorpusFileTest {

    @Test
    void whatIsShownReadsBackAsTheSameOctets() {
        StringBuilder every = new StringBuilder();
        for (char octet = 0; octet < 256; octet++) {
            every.append(octet).append("\r\n").append(octet);
        }
        List<String> messages =
                new ArrayList<>(List.of(every.toString(), "a\\", "a\\\r\n", "\r\n"));
        Corpus.entries().forEach(entry -> messages.add(entry.clientOctets()));
        for (String message : messages) {
            List<String> lines =
                    Stream.concat(
                                    Stream.of("== a name", "rule passed-on"),
                                    Escapes.show(">", message).lines())
                            .toList();
            assertThat(CorpusFile.read("file", lines).getFirst().clientOctets()).isEqualTo(message);
        }
    }

    @Test
    void aLineThatIsNotUnderstoodIsTold() {
        assertThatThrownBy(() -> CorpusFile.read("file", List.of("== a name", "rule no-such")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("file:2: rule no-such");
        assertThatThrownBy(() -> CorpusFile.read("file", List.of("== a name", "> GET / HTTP/1.1")))
                .hasMessageContaining("file:1: no rule: a name");
    }
}
