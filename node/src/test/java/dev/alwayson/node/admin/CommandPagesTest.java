package dev.alwayson.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Commands, and the requests that are to bring them. */
final class CommandPagesTest extends ServedShop {

    @Test
    void aCommandIsCarriedOutOnlyWhenItsRequestHasComeWhole() throws Exception {
        for (String command : List.of("servers/shop/web1/drain", "reload")) {
            for (String rest :
                    List.of(
                            "Content-Length: 9\r\n\r\nxyz",
                            "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                            "Transfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n")) {
                breakOff("POST /api/v1/" + command, rest, false, false);
            }
        }
        assertThat(shop.reloads).hasValue(0);
        assertThat(get("/api/v1/status").body()).doesNotContain("\"shop/web1\":\"drain\"");
    }

    @Test
    void aBodyThatBreaksOffIsAnErrorThatSaysSo() throws Exception {
        assertThat(
                        raw(
                                "POST /api/v1/reload HTTP/1.1",
                                "Host: localhost",
                                "Content-Type: application/json",
                                "Transfer-Encoding: chunked",
                                "Connection: close\r\n\r\nzz"))
                .startsWith("HTTP/1.1 400 ")
                .contains("Connection: close\r\n")
                .endsWith(
                        "{\"error\":{\"what\":\"POST /api/v1/reload\",\"why\":\"the body did not"
                                + " come whole, nothing was done\",\"next\":\"send it again, with an"
                                + " empty body\"}}\n");
    }

    @Test
    void aCommandWithABodyInPiecesIsCarriedOut() throws Exception {
        HttpRequest.Builder inPieces =
                HttpRequest.newBuilder(uri("/api/v1/servers/shop/web1/drain"))
                        .timeout(GENEROUS)
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofInputStream(
                                        () -> new ByteArrayInputStream(new byte[40_000])));
        for (boolean waits : List.of(false, true)) {
            HttpResponse<String> answer =
                    client.send(
                            inPieces.expectContinue(waits).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as("waits for 100: " + waits).isEqualTo(200);
        }
    }

    @Test
    void aServerIsDrainedAndShowsWhatStillRuns() throws Exception {
        HttpResponse<String> drained = post("/api/v1/servers/shop/web1/drain");

        assertThat(drained.statusCode()).isEqualTo(200);
        assertThat(drained.body())
                .isEqualTo(
                        "{\"result\":\"done\",\"server\":\"shop/web1\",\"state\":\"drain\","
                                + "\"connections\":3}\n");
        assertThat(get("/api/v1/status").body()).contains("\"shop/web1\":\"drain\"");
    }

    @Test
    void aStateThatWouldNotSurviveARestartSaysSo() throws Exception {
        shop.notStored = Optional.of("disk full");
        assertThat(post("/api/v1/servers/shop/web1/maint").body())
                .contains("\"result\":\"not-stored\"", "\"problem\":\"disk full\"");
    }

    @Test
    void aCommandThatFailedSaysWhy() throws Exception {
        shop.failure = Optional.of("1000 commands wait already: try again later");
        HttpResponse<String> failed = post("/api/v1/servers/shop/web1/drain");
        assertThat(failed.statusCode()).isEqualTo(503);
        assertThat(failed.body())
                .isEqualTo(
                        "{\"error\":{\"what\":\"shop/web1 drain\",\"why\":\"1000 commands wait"
                                + " already: try again later\",\"next\":\"look at /api/v1/status and"
                                + " at /health\"}}\n");
    }

    @Test
    void aCommandThatTakesTooLongSaysThatNothingIsKnown() throws Exception {
        shop.underWay = true;
        HttpResponse<String> late = post("/api/v1/servers/shop/web1/drain");
        assertThat(late.statusCode()).isEqualTo(503);
        assertThat(late.body())
                .isEqualTo(
                        "{\"error\":{\"what\":\"shop/web1 drain\",\"why\":\"not confirmed within 10"
                                + " seconds\",\"next\":\"look at /api/v1/status and at"
                                + " /health\"}}\n");
        assertThat(shop.awaited).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aServerThatIsNotConfiguredIsSuggestedAnother() throws Exception {
        HttpResponse<String> unknown = post("/api/v1/servers/shop/wbe1/drain");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body())
                .isEqualTo(
                        "{\"error\":{\"what\":\"shop/wbe1\",\"why\":\"no such server is"
                                + " configured\",\"next\":\"did you mean shop/web1?\"}}\n");
    }

    @Test
    void aBackendWithASlashInItsNameIsReachedBothWays() throws Exception {
        for (String path : List.of("orders/primary/pg1", "orders%2Fprimary/pg1")) {
            assertThat(post("/api/v1/servers/" + path + "/drain").body())
                    .contains("\"what\":\"orders/primary/pg1\"");
        }
    }

    @Test
    void aReloadIsAppliedOrEveryProblemIsTold() throws Exception {
        assertThat(post("/api/v1/reload").body()).isEqualTo("{\"applied\":true}\n");

        shop.problems = List.of("a.yaml:1:2: x: y: z");
        HttpResponse<String> refused = post("/api/v1/reload");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body())
                .isEqualTo("{\"applied\":false,\"problems\":[\"a.yaml:1:2: x: y: z\"]}\n");
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws Exception {
        HttpRequest large =
                HttpRequest.newBuilder(uri("/api/v1/reload"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[900_000]))
                        .build();
        HttpResponse<String> refused = client.send(large, HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).startsWith("{\"error\":{\"what\":\"POST /api/v1/reload\"");
        assertThat(shop.reloads).hasValue(0);
    }

    @Test
    void aBodyInPiecesMayBeAsLargeAsAnother() throws Exception {
        for (int octets : List.of(65_536, 65_537, 900_000)) {
            HttpRequest inPieces =
                    HttpRequest.newBuilder(uri("/api/v1/reload"))
                            .timeout(GENEROUS)
                            .header("Content-Type", "application/json")
                            .POST(
                                    HttpRequest.BodyPublishers.ofInputStream(
                                            () -> new ByteArrayInputStream(new byte[octets])))
                            .build();
            HttpResponse<String> answer =
                    client.send(inPieces, HttpResponse.BodyHandlers.ofString());
            if (octets > 65_536) {
                assertThat(answer.statusCode()).as("%s octets", octets).isEqualTo(413);
                assertThat(answer.body()).contains("\"why\":\"the body is larger than 64 KiB\"");
            } else {
                assertThat(answer.statusCode()).as("%s octets", octets).isEqualTo(200);
            }
        }
        assertThat(shop.reloads).hasValue(1);
    }
}
