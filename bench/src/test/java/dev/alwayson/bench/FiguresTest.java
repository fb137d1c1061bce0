package dev.alwayson.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Medians and ratios of what was measured. */
class FiguresTest {

    private static final Peer HAPROXY = Peer.ALL.get(1);
    private static final Peer NGINX = Peer.ALL.get(2);

    private static Figures of(Peer peer, double... values) {
        Figures figures = new Figures();
        add(figures, peer, values);
        return figures;
    }

    private static void add(Figures figures, Peer peer, double... values) {
        for (double value : values) {
            figures.add("load", "CPU", peer, value);
        }
    }

    @Test
    void theMedianIsTheMiddleOrBetweenTheTwoMiddles() {
        assertThat(of(NGINX, 5, 1, 100).median("load", "CPU", NGINX)).isEqualTo(5);
        assertThat(of(NGINX, 4, 1, 100, 2).median("load", "CPU", NGINX)).isEqualTo(3);
        assertThat(of(NGINX).median("load", "CPU", NGINX)).isNaN();
    }

    @Test
    void theRatioIsToTheBetterOfHaproxyAndNginx() {
        Figures figures = of(Peer.ALWAYS_ON, 9);
        add(figures, HAPROXY, 12);
        add(figures, NGINX, 10);
        assertThat(figures.table("CPU", true, List.of("load"), Peer.ALL))
                .endsWith("| load | 9.00 | 12.00 | 10.00 | – | 0.90 |\n");
        assertThat(figures.table("CPU", false, List.of("load"), Peer.ALL)).contains("| 0.75 |");
    }

    @Test
    void theRatioAndItsQuartersAreOfTheRoundsRatios() {
        Figures figures = of(Peer.ALWAYS_ON, 10, 30, 8, 99, 12);
        add(figures, NGINX, 10, 20, 10, 10, 10); // 1, 1.5, 0.8, 9.9 and 1.2 times.
        assertThat(figures.table("CPU", true, List.of("load"), Peer.ALL))
                .endsWith("| 1.20 (1.00–1.50) |\n");
    }

    @Test
    void aMachineThatIsSlowForSomeRoundsDoesNotShow() {
        // It grew slow between the turns of the third round, and fast between those of the fifth.
        Figures figures = of(Peer.ALWAYS_ON, 9, 9, 18, 18, 18, 9);
        add(figures, NGINX, 10, 10, 10, 20, 20, 20);
        assertThat(figures.table("CPU", true, List.of("load"), Peer.ALL))
                .endsWith("| load | 13.50 | – | 15.00 | – | 0.90 (0.90–0.90) |\n");
    }

    @Test
    void withARoundThatHasNoRatioThereIsNone() {
        Figures figures = of(Peer.ALWAYS_ON, 10, 30, 1);
        add(figures, NGINX, 10, 20, 0);
        assertThat(figures.table("CPU", true, List.of("load"), Peer.ALL))
                .endsWith("| load | 10.00 | – | 10.00 | – | – |\n");
    }

    @Test
    void whatNobodyMeasuredHasNoRatio() {
        assertThat(of(NGINX, 1).table("CPU", true, List.of("load"), Peer.ALL))
                .endsWith("| load | – | – | 1.00 | – | – |\n");
    }

    @Test
    void toNothingThereIsNoRatio() {
        for (double ours : new double[] {0, 3}) {
            Figures figures = of(Peer.ALWAYS_ON, ours);
            add(figures, NGINX, 0);
            assertThat(figures.table("CPU", true, List.of("load"), Peer.ALL))
                    .endsWith("| 0.00 | – | – |\n");
        }
    }
}
