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
        assertThat(said.say(start)).hasValue("");
        assertThat(said.say(start + 1)).isEmpty();
        assertThat(said.say(start + PAUSE - 1)).isEmpty();
        assertThat(said.say(start + PAUSE)).hasValue("; 2 more since the last of these lines");
        assertThat(said.say(start + 2 * PAUSE)).hasValue("");
    }
}
