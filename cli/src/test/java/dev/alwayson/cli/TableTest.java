package dev.alwayson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class TableTest {

    @Test
    void columnsAreAsWideAsTheirWidestCellAlsoInColour() {
        Table table =
                new Table("SERVER", "HEALTH", "REASON")
                        .row("web1", new Table.Cell("healthy", Paint.GOOD), "status 200")
                        .row("a-long-name", new Table.Cell("down", Paint.BAD), "");

        assertThat(table.lines(false))
                .containsExactly(
                        "SERVER       HEALTH   REASON",
                        "web1         healthy  status 200",
                        "a-long-name  down");
        assertThat(table.lines(true).get(1))
                .isEqualTo("web1         \u001b[32mhealthy\u001b[0m  status 200");
    }

    @Test
    void durationsAreSaidAsPeopleSayThem() {
        assertThat(Ago.of(Duration.ofSeconds(-3))).isEqualTo("0s");
        assertThat(Ago.of(Duration.ofSeconds(192))).isEqualTo("3m 12s");
        assertThat(Ago.of(Duration.ofMinutes(125))).isEqualTo("2h 5m");
        assertThat(Ago.of(Duration.ofHours(103))).isEqualTo("4d 7h");
    }
}
