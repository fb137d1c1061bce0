package dev.alwayson.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class OccurrenceTest {

    private static final String EVENTS =
            """
            {"events": [
              {"position": 7, "kind": "server-health-changed", "wall": "2026-01-01T00:00:01.200Z",
               "what": {"backend": "shop", "server": "web1", "from": "healthy", "to": "unhealthy",
                        "reason": "connection refused"}},
              {"position": 8, "kind": "backend-availability-changed",
               "wall": "2026-01-01T00:00:01.200Z",
               "what": {"backend": "shop", "from": "up", "to": "degraded", "serving": 3,
                        "servers": 4}},
              {"position": 9, "kind": "configuration-applied", "wall": "2026-01-01T00:00:02Z",
               "what": {"by": "admin", "changes": ["web1: weight 1 is now 3"]}},
              {"position": 10, "kind": "from-a-later-version", "wall": "2026-01-01T00:00:03Z",
               "what": {"x": 1}}
            ], "next": 10}
            """;

    private final List<Occurrence> events =
            Occurrence.read(JsonMapper.builder().build().readTree(EVENTS));

    @Test
    void aFaultIsNoticedByTheFirstEventAboutItsServer() {
        Instant began = Instant.parse("2026-01-01T00:00:00.500Z");
        FaultResult killed = FaultResult.begun(new Fault.Killed("web1"), Duration.ZERO, began);
        FaultResult other = FaultResult.begun(new Fault.Killed("web2"), Duration.ZERO, began);

        for (Occurrence event : events) {
            killed = killed.seen(event);
            other = other.seen(event);
        }

        assertThat(killed.noticed()).contains(Duration.ofMillis(700));
        assertThat(other.noticed()).isEmpty();
    }

    @Test
    void anEventBeforeTheFaultIsNotItsNotice() {
        FaultResult late =
                FaultResult.begun(
                        new Fault.Reloaded("web1"),
                        Duration.ZERO,
                        Instant.parse("2026-01-01T00:00:02.001Z"));

        assertThat(late.seen(events.get(2)).noticed()).isEmpty();
    }
}
