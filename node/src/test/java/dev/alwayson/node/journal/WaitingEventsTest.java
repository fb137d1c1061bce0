package dev.alwayson.node.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.Happening;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WaitingEventsTest {

    @Test
    void whatDoesNotFitIsCountedAndToldWhereTheGapIs() throws Exception {
        WaitingEvents waiting = new WaitingEvents(3);
        for (int sequence = 1; sequence <= 5; sequence++) {
            waiting.add(Story.event(sequence));
        }
        assertThat(sequences(waiting.take(2))).containsExactly(1L, 2L);
        waiting.add(Story.event(6));

        List<Event> rest = waiting.take(10);

        assertThat(sequences(rest)).containsExactly(3L, 5L, 6L);
        assertThat(rest.get(1).happening()).isInstanceOf(Happening.EventsLost.class);
        assertThat(((Happening.EventsLost) rest.get(1).happening()).count()).isEqualTo(2);
        assertThat(waiting.lost()).isEqualTo(2);
    }

    @Test
    void aGapIsToldAlsoWhenNothingFollows() throws Exception {
        WaitingEvents waiting = new WaitingEvents(1);
        waiting.add(Story.event(1));
        waiting.add(Story.event(2));
        assertThat(sequences(waiting.take(10))).containsExactly(1L);

        assertThat(waiting.take(10).getFirst().happening())
                .isEqualTo(
                        new Happening.EventsLost(1, "events came faster than the disk took them"));
    }

    @Test
    void aBatchGivenUpTwiceIsCountedOnce() throws Exception {
        WaitingEvents waiting = new WaitingEvents(10);
        for (int sequence = 1; sequence <= 3; sequence++) {
            waiting.add(Story.event(sequence));
        }
        waiting.giveUp(waiting.take(10), "disk full");
        waiting.giveUp(waiting.take(10), "disk full");

        Event told = waiting.take(10).getFirst();

        assertThat(told.id().sequence()).isEqualTo(3);
        assertThat(told.happening()).isEqualTo(new Happening.EventsLost(3, "disk full"));
        assertThat(waiting.lost()).isEqualTo(3);
    }

    @Test
    void theEndIsAnEmptyBatchAfterWhatWaited() throws Exception {
        WaitingEvents waiting = new WaitingEvents(10);
        waiting.add(Story.event(1));
        waiting.close();

        assertThat(sequences(waiting.take(10))).containsExactly(1L);
        assertThat(waiting.take(10)).isEmpty();
    }

    private static List<Long> sequences(List<Event> events) {
        return events.stream().map(event -> event.id().sequence()).toList();
    }
}
