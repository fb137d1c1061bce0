package dev.alwayson.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who types something wrong is told so in a sentence, before anything starts. */
class ArgumentsTest {

    @Test
    void withoutWordsAllLoadsRun() {
        assertThat(Arguments.of()).isEqualTo(new Arguments(8, 2, Scenario.ALL));
        assertThat(Arguments.of("--rounds", "1", "--seconds", "5", "--only", "TCP"))
                .isEqualTo(new Arguments(1, 5, List.of(Scenario.ALL.getLast())));
    }

    @ParameterizedTest
    @CsvSource({
        "--rounds, 0",
        "--rounds, -1",
        "--rounds, x",
        "--rounds, 99999999999",
        "--seconds, 0"
    })
    void aNumberThatIsNoneIsRefused(String name, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.of(name, value))
                .withMessageStartingWith(name + " " + value + ": must be a whole number from 1 to");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rounds", "--seconds", "--only"})
    void aMissingValueIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.of(name))
                .withMessage(name + ": its value is missing");
    }

    @Test
    void anUnknownWordIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.of("--bogus"))
                .withMessageStartingWith("--bogus: unknown; there are --rounds N");
    }

    @Test
    void aLoadThatIsNotThereIsRefusedAndThoseThatAreAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.of("--only", "gRPC"))
                .withMessageStartingWith("--only gRPC: no load has this in its name")
                .withMessageContaining("10 KiB, 64; 10 KiB, 1,000; ");
    }
}
