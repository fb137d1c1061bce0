package dev.alwayson.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Events, in pages and as a stream. */
final class EventPagesTest extends ServedShop {

    @Test
    void eventsComeInPages() throws Exception {
        for (int sequence = 1; sequence <= 3; sequence++) {
            append(sequence);
        }
        assertThat(journal.await(2, GENEROUS)).isTrue();

        JsonNode page = JSON.readTree(get("/api/v1/events?after=1&limit=1").body());
        assertThat(page.path("next").asInt()).isEqualTo(2);
        assertThat(page.path("events").get(0))
                .hasToString(
                        "{\"position\":2,\"id\":{\"node\":\"lb1\",\"sequence\":2},"
                                + "\"kind\":\"node-started\",\"version\":1,"
                                + "\"time\":\"1772366400000.2\",\"wall\":\"2026-03-01T12:00:00Z\","
                                + "\"scope\":\"view\",\"what\":{\"version\":\"run 2\"},"
                                + "\"text\":\"started, version run 2\"}");
        assertThat(get("/api/v1/events?after=3").body()).isEqualTo("{\"events\":[],\"next\":3}\n");
    }

    @Test
    void anImpossiblePageIsRefused() throws Exception {
        for (String query : List.of("after=-1", "after=x", "limit=0", "limit=10001", "after=")) {
            assertThat(get("/api/v1/events?" + query).statusCode()).as(query).isEqualTo(400);
        }
    }

    @Test
    void aFollowerGetsEachEventOnceAndGoesOnWhereItWas() throws Exception {
        append(1);
        append(2);
        assertThat(journal.await(1, GENEROUS)).isTrue();
        try (BufferedReader lines = follow("/api/v1/events/stream?after=0", Optional.empty())) {
            assertThat(lineWith(lines, "id: ")).isEqualTo("id: 1");
            assertThat(lineWith(lines, "id: ")).isEqualTo("id: 2");
            append(3);
            assertThat(lineWith(lines, "id: ")).isEqualTo("id: 3");
            assertThat(lineWith(lines, "data: ")).contains("\"run 3\"");
        }
        try (BufferedReader lines = follow("/api/v1/events/stream?after=0", Optional.of("2"))) {
            assertThat(lineWith(lines, "id: ")).isEqualTo("id: 3");
        }
    }

    @Test
    void oneFollowerTooManyIsToldByTheWholePath() throws Exception {
        List<HttpResponse<InputStream>> followers = new ArrayList<>();
        try {
            HttpRequest follow = HttpRequest.newBuilder(uri("/api/v1/events/stream")).build();
            for (int i = 0; i < 100; i++) {
                followers.add(client.send(follow, HttpResponse.BodyHandlers.ofInputStream()));
            }
            HttpResponse<String> refused = get("/api/v1/events/stream");

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body())
                    .startsWith("{\"error\":{\"what\":\"GET /api/v1/events/stream\"");
        } finally {
            for (HttpResponse<InputStream> follower : followers) {
                follower.body().close();
            }
        }
    }

    @Test
    void anIdThatIsNoneIsToldAsTheHeaderItIs() throws Exception {
        for (String id : List.of("x", "-1", "99999999999999999999", "")) {
            assertThat(
                            raw(
                                    "GET /api/v1/events/stream HTTP/1.1",
                                    "Host: localhost",
                                    "Last-Event-ID: " + id))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("{\"error\":{\"what\":\"Last-Event-ID: " + id + "\"");
        }
    }

    private BufferedReader follow(String path, Optional<String> lastEventId) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(GENEROUS);
        lastEventId.ifPresent(id -> request.header("Last-Event-ID", id));
        return new BufferedReader(
                new InputStreamReader(
                        client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream())
                                .body(),
                        StandardCharsets.UTF_8));
    }
}
