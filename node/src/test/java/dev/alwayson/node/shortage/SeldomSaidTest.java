package dev.alwayson.node.shortage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SeldomSaidTest {

    private static final long PAUSE = TimeUnit.SECONDS.toNanos(10);

    @Test
    void aSentenceIsSaidOnceInAWhile() {
        long start = Long.MAX_VALUE - PAUSE / 2; // The clock wraps.
        SeldomSaid said = new SeldomSaid(PAUSE, start);
        assertThat(said.say(start)).isZero();
        assertThat(said.say(start + 1)).isEqualTo(SeldomSaid.NOT_NOW);
        assertThat(said.say(start + PAUSE - 1)).isEqualTo(SeldomSaid.NOT_NOW);
        assertThat(said.say(start + PAUSE)).isEqualTo(2);
        assertThat(said.say(start + 2 * PAUSE)).isZero();
    }
}
