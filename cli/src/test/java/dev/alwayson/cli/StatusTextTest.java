package dev.alwayson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What the status says of a backend besides its servers. */
class StatusTextTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void aBackendThatOnlyBackupsServeIsCalledSo() {
        assertThat(backend(server(true, "serving")))
                .contains("shop is degraded, only backups serve (round-robin, 0 queued)");
        assertThat(backend(server(false, "down") + ", " + server(true, "serving")))
                .contains("shop is degraded, only backups serve (round-robin, 0 queued)");
        assertThat(backend(server(false, "serving") + ", " + server(true, "serving")))
                .contains("shop is degraded (round-robin, 0 queued)");
    }

    private static String backend(String servers) {
        String status =
                """
                {"backends": [{"name": "shop", "availability": "degraded", "balance": "round-robin",
                  "queued": 0, "servers": [%s]}]}
                """
                        .formatted(servers);
        return String.join("\n", StatusText.of(JSON.readTree(status), Instant.EPOCH, false));
    }

    private static String server(boolean backup, String standing) {
        return "{\"name\": \"web1\", \"backup\": %s, \"standing\": \"%s\"}"
                .formatted(backup, standing);
    }
}
