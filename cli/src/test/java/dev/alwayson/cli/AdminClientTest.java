package dev.alwayson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.setting.HostAndPort;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** For how long a node that is connected to, and silent, is waited for. */
final class AdminClientTest {

    /** Of its 10 seconds for a change the node tells itself that they were not enough. */
    @Test
    void aQuestionIsGivenUpSoonerThanACommandWhichTheNodeItselfGivesTenSeconds() throws Exception {
        try (AdminClient client = new AdminClient(new HostAndPort("127.0.0.1", 1), "")) {
            assertThat(client.question("/api/v1/status").timeout())
                    .contains(Duration.ofSeconds(10));
            assertThat(client.command("/api/v1/reload").timeout()).contains(Duration.ofSeconds(30));
        }
    }
}
