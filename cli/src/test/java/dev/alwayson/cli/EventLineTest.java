package dev.alwayson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** How an event reads. */
class EventLineTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void timesAreToTheMillisecondAndOfOneLength() {
        assertThat(line("2026-03-01T12:00:00.123456789Z"))
                .startsWith("2026-03-01T12:00:00.123Z  n");
        assertThat(line("2026-03-01T12:00:00.1Z")).startsWith("2026-03-01T12:00:00.100Z  n");
        assertThat(line("2026-03-01T12:00:00Z")).startsWith("2026-03-01T12:00:00.000Z  n");
        assertThat(line("today")).as("of a later version").startsWith("today  n");
    }

    @Test
    void aReloadThatChangesNothingSaysSo() {
        assertThat(applied("admin", "[]"))
                .endsWith("configuration applied, asked by admin: no setting has changed");
        assertThat(applied("start", "[]")).endsWith("configuration applied, asked by start");
        assertThat(applied("SIGHUP", "[\"backend shop added\"]"))
                .endsWith("configuration applied, asked by SIGHUP: backend shop added");
    }

    @Test
    void aBackendOfWhichNoServerIsMissingIsDegradedForItsBackups() {
        assertThat(availability("degraded", 1, 1))
                .endsWith(
                        "shop is degraded, was up: only backup or ejected servers can serve, 1 of"
                                + " 1");
        assertThat(availability("degraded", 1, 2))
                .endsWith("shop is degraded, was up: 1 of 2 servers can serve");
        assertThat(availability("up", 2, 2)).endsWith("2 of 2 servers can serve");
    }

    private static String line(String wall) {
        return line(wall, "node-started", "{\"version\": \"1\"}");
    }

    private static String applied(String by, String changes) {
        return line(
                "2026-03-01T12:00:00Z",
                "configuration-applied",
                "{\"by\": \"%s\", \"changes\": %s}".formatted(by, changes));
    }

    private static String availability(String to, int serving, int servers) {
        return line(
                "2026-03-01T12:00:00Z",
                "backend-availability-changed",
                "{\"backend\": \"shop\", \"from\": \"up\", \"to\": \"%s\", \"serving\": %d, \"servers\": %d}"
                        .formatted(to, serving, servers));
    }

    private static String line(String wall, String kind, String what) {
        return EventLine.of(
                JSON.readTree(
                        "{\"wall\": \"%s\", \"id\": {\"node\": \"n\"}, \"kind\": \"%s\", \"what\": %s}"
                                .formatted(wall, kind, what)));
    }
}
