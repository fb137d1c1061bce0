package dev.alwayson.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.app.demo.RehearseCommand;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the launcher has the JVM learn from, after a build. */
class RehearsalTest {

    @Test
    void everyRequestThatShouldBeAnsweredIs() {
        assertThat(new CommandLine(new RehearseCommand()).execute("--seconds", "3")).isZero();
    }
}
