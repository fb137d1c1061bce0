package dev.alwayson.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoryTest {

    private Duration time = Duration.ZERO;
    private final Story story = new Story(() -> time);

    private void fault(long millis, String text) {
        story.add(new Look.Line(Duration.ofMillis(millis), true, text));
    }

    private void heard(long millis, String text) {
        story.add(new Look.Line(Duration.ofMillis(millis), false, text));
    }

    @Test
    void whatTheBalancerDidBeforeTheStartIsShownAtTheStart() {
        heard(-700, "shop/web4 is healthy");
        time = Duration.ofSeconds(1);

        assertThat(lines()).containsExactly("0:00 shop/web4 is healthy");
    }

    @Test
    void aFaultComesBeforeWhatIsHeardOfItHoweverTheyWereLearned() {
        heard(2_004, "shop/web1 is unhealthy");
        fault(2_001, "web1 is killed");
        time = Duration.ofMillis(2_010);

        assertThat(lines()).containsExactly("0:02 web1 is killed", "0:02 shop/web1 is unhealthy");
    }

    @Test
    void whatIsHeardLateIsShownNoEarlierThanWhatWasShownBefore() {
        time = Duration.ofMillis(20_001);
        fault(19_990, "web1 is killed");
        assertThat(lines()).containsExactly("0:19 web1 is killed");

        heard(19_999, "shop is degraded");
        time = Duration.ofMillis(21_001);
        assertThat(lines()).containsExactly("0:19 web1 is killed", "0:20 shop is degraded");
    }

    @Test
    void noLineIsLaterThanTheTimeThatIsShownWithIt() {
        heard(3_600_000, "a wall clock was set");
        time = Duration.ofSeconds(5);

        assertThat(lines()).containsExactly("0:05 a wall clock was set");
    }

    private List<String> lines() {
        return story.now().told().stream()
                .map(line -> Figures.clock(line.at()) + " " + line.text())
                .toList();
    }
}
