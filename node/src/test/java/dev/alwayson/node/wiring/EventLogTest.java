package dev.alwayson.node.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.EventId;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.journal.Scope;
import dev.alwayson.core.target.Health;
import dev.alwayson.core.time.HybridTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the log says of each kind of event, and whether it warns. */
class EventLogTest {

    private final Set<Class<?>> told = new HashSet<>();

    @Test
    void everyKindHasItsSentence() {
        info(new Happening.NodeStarted("0.1.0"), "started, version 0.1.0");
        info(new Happening.NodeStopping("SIGTERM"), "stopping, asked by SIGTERM");
        info(
                new Happening.ConfigurationApplied("start", List.of()),
                "configuration applied, asked by start");
        info(
                new Happening.ConfigurationApplied("SIGHUP", List.of("+ web", "- api")),
                "configuration applied, asked by SIGHUP:\n  + web\n  - api");
        info(
                new Happening.ConfigurationApplied("SIGHUP", List.of()),
                "configuration applied, asked by SIGHUP: no setting has changed");
        warning(
                new Happening.ConfigurationRefused("admin", List.of("a.yaml:1:1: no")),
                "configuration refused, asked by admin:\n  a.yaml:1:1: no");
        info(
                health(Health.UNKNOWN, Health.HEALTHY),
                "shop/web1 is healthy, was unknown: status 200");
        warning(
                health(Health.HEALTHY, Health.UNHEALTHY),
                "shop/web1 is unhealthy, was healthy: status 200");
        info(
                new Happening.ServerStateChanged("shop", "web1", "ready", "drain", "ann"),
                "shop/web1 is set to drain, was ready, asked by ann");
        warning(
                new Happening.BackendAvailabilityChanged("shop", "up", "degraded", 2, 3),
                "shop is degraded, was up: new work goes to 2 of 3 servers");
        warning(
                new Happening.BackendAvailabilityChanged("shop", "up", "degraded", 1, 1),
                "shop is degraded, was up: new work goes to backup or ejected servers only, 1 of 1");
        info(
                new Happening.BackendAvailabilityChanged("shop", "degraded", "up", 3, 3),
                "shop is up, was degraded: new work goes to 3 of 3 servers");
        warning(
                new Happening.ServerEjected("shop", "web1", "5 requests failed", "20s", 2),
                "shop/web1 is ejected for 20s (2 in succession): 5 requests failed");
        info(
                new Happening.ServerReturned("shop", "web1", "its time is over"),
                "shop/web1 is no longer ejected: its time is over");
        warning(
                new Happening.BackendPanicChanged("shop", true, 1, 3),
                "shop panics, every ready server serves: 1 of 3 ready servers can serve");
        info(
                new Happening.BackendPanicChanged("shop", false, 2, 3),
                "shop no longer panics: 2 of 3 ready servers can serve");
        warning(
                new Happening.RuntimeChangeNotStored("disk full"),
                "a runtime change is not stored, a restart forgets it: disk full");
        warning(new Happening.EventsLost(1, "disk full"), "1 event lost: disk full");
        warning(new Happening.EventsLost(2, "disk full"), "2 events lost: disk full");
        info(new Happening.Unrecognized("comet-seen", "{\"tail\":1}"), "comet-seen {\"tail\":1}");

        assertThat(told).containsExactlyInAnyOrder(Happening.class.getPermittedSubclasses());
    }

    private static Happening health(Health from, Health to) {
        return new Happening.ServerHealthChanged("shop", "web1", from, to, "status 200");
    }

    private void info(Happening happening, String sentence) {
        logged(happening, Level.INFO, sentence);
    }

    private void warning(Happening happening, String sentence) {
        logged(happening, Level.WARN, sentence);
    }

    private void logged(Happening happening, Level level, String sentence) {
        Logger log = (Logger) LoggerFactory.getLogger("dev.alwayson.event");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.addAppender(lines);
        try {
            EventLog.tell(event(happening));
        } finally {
            log.detachAppender(lines);
        }
        assertThat(lines.list).hasSize(1);
        assertThat(lines.list.getFirst().getLevel()).isEqualTo(level);
        assertThat(lines.list.getFirst().getFormattedMessage()).isEqualTo(sentence);
        told.add(happening.getClass());
    }

    private static Event event(Happening happening) {
        return new Event(
                new EventId("lb1", 2),
                1,
                HybridTime.ZERO,
                Instant.EPOCH,
                Optional.of(new EventId("lb1", 1)),
                Scope.VIEW,
                happening);
    }
}
