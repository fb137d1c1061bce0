package dev.alwayson.core.control;

import dev.alwayson.core.balance.Availability;
import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.balance.Serving;
import dev.alwayson.core.journal.EventId;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.target.Health;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The events that tell how one view of a backend differs from the one before. */
final class Announcement {

    private Announcement() {}

    /**
     * Appends them. Panic and a change of availability follow from the last change of health, if
     * there is one, else from {@code latest}.
     *
     * @param cause of changes of health
     * @param latest the last event that was told of this backend's servers before; else the cause
     */
    static void of(
            Turn turn,
            Optional<BackendView> before,
            Earlier earlier,
            BackendView after,
            EventId cause,
            EventId latest) {
        List<ServerView> servers = after.servers();
        for (int i = 0; i < servers.size(); i++) {
            ServerView is = servers.get(i);
            Health from = earlier.view(i, is.id()).map(ServerView::health).orElse(Health.UNKNOWN);
            if (from != is.health()) {
                latest = turn.append(changed(is, from), Optional.of(cause));
            }
        }
        if (before.map(BackendView::panic).orElse(false) != after.panic()) {
            turn.append(panic(after), Optional.of(latest));
        }
        Availability from = before.map(BackendView::availability).orElse(Availability.UP);
        if (from != after.availability()) {
            turn.append(changed(after, from), Optional.of(latest));
        }
    }

    private static Happening changed(ServerView is, Health from) {
        return new Happening.ServerHealthChanged(
                is.id().backend(), is.id().server(), from, is.health(), is.reason());
    }

    private static Happening changed(BackendView is, Availability from) {
        return new Happening.BackendAvailabilityChanged(
                is.name(),
                word(from),
                word(is.availability()),
                Serving.candidates(is.servers(), false).size(),
                is.servers().size());
    }

    private static Happening panic(BackendView is) {
        List<ServerView> counted = Serving.counted(is.servers());
        return new Happening.BackendPanicChanged(
                is.name(), is.panic(), Serving.able(counted), counted.size());
    }

    private static String word(Availability availability) {
        return availability.name().toLowerCase(Locale.ROOT);
    }
}
