package dev.alwayson.core.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How what happened reads; the log's test has every kind. */
class SentenceTest {

    @Test
    void whatIsListedStandsInOneLineOrInLinesOfItsOwn() {
        var applied =
                new Happening.ConfigurationApplied("SIGHUP", List.of("web added", "api gone"));
        assertThat(Sentence.line(applied))
                .isEqualTo("configuration applied, asked by SIGHUP: web added; api gone");
        assertThat(Sentence.lines(applied))
                .isEqualTo("configuration applied, asked by SIGHUP:\n  web added\n  api gone");
        assertThat(Sentence.line(new Happening.ConfigurationRefused("admin", List.of("1:1: no"))))
                .isEqualTo("configuration refused, asked by admin: 1:1: no");
    }

    @Test
    void aReloadThatChangesNothingSaysSo() {
        assertThat(Sentence.line(new Happening.ConfigurationApplied("admin", List.of())))
                .isEqualTo("configuration applied, asked by admin: no setting has changed");
        assertThat(Sentence.line(new Happening.ConfigurationApplied("start", List.of())))
                .isEqualTo("configuration applied, asked by start");
    }
}
