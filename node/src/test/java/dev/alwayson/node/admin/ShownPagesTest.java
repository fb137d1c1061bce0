package dev.alwayson.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the pages show of the node: its health, its status, its metrics. */
final class ShownPagesTest extends ServedShop {

    @Test
    void healthShowsEachPartAndTheWorstOfThemCounts() throws Exception {
        HttpResponse<String> well = get("/health");
        assertThat(well.statusCode()).isEqualTo(200);
        assertThat(well.body())
                .isEqualTo(
                        "{\"status\":\"healthy\",\"timestamp\":\"2026-03-01T12:01:30Z\","
                                + "\"uptime\":90.0,\"checks\":{\"loop\":{\"status\":\"healthy\"}}}"
                                + "\n");

        loop = new HealthPart.Finding(HealthPart.Status.WARNING, Map.of("usage", "91%"));
        assertThat(get("/health").statusCode()).isEqualTo(200);

        loop = HealthPart.Finding.unhealthy("no answer for 7s");
        HttpResponse<String> ill = get("/health");
        assertThat(ill.statusCode()).isEqualTo(503);
        assertThat(ill.body())
                .contains(
                        "\"checks\":{\"loop\":{\"status\":\"unhealthy\",\"error\":\"no answer for"
                                + " 7s\"}}");
    }

    @Test
    void livenessAndReadinessAreForProbes() throws Exception {
        assertThat(get("/health/live").body()).isEqualTo("{\"status\":\"alive\"}\n");
        assertThat(get("/health/ready").body()).isEqualTo("{\"status\":\"ready\"}\n");
        notReady = Optional.of("stopping");
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").body())
                .isEqualTo("{\"status\":\"not ready\",\"reason\":\"stopping\"}\n");
    }

    @Test
    void statusShowsWhatRunsWhere() throws Exception {
        JsonNode status = JSON.readTree(get("/api/v1/status").body());

        assertThat(status.path("node").asString()).isEqualTo("lb1");
        assertThat(status.path("uptimeSeconds").asInt()).isEqualTo(90);
        assertThat(status.path("frontends").get(0))
                .hasToString(
                        "{\"name\":\"web\",\"mode\":\"http\",\"bind\":[\"0.0.0.0:8080\"],"
                                + "\"clients\":4}");
        JsonNode backend = status.path("backends").get(0);
        assertThat(backend.path("availability").asString()).isEqualTo("degraded");
        assertThat(backend.path("balance").asString()).isEqualTo("round-robin");
        assertThat(backend.path("queued").asInt()).isEqualTo(2);
        assertThat(backend.path("servers").get(1))
                .hasToString(
                        "{\"name\":\"web2\",\"address\":\"10.0.0.1:80\",\"health\":\"unhealthy\","
                                + "\"standing\":\"down\",\"state\":\"ready\",\"weight\":1,"
                                + "\"share\":1.0,\"backup\":false,\"connections\":3,"
                                + "\"reason\":\"status 200\",\"since\":\"2026-03-01T12:00:00Z\"}");
        assertThat(status.path("changes"))
                .hasToString(
                        "{\"version\":1,\"states\":{\"shop/web9\":\"drain\"},"
                                + "\"withoutEffect\":[\"shop/web9\"]}");
    }

    @Test
    void metricsHaveTheNamesThatPeopleScrape() throws Exception {
        HttpResponse<String> metrics = get("/metrics");

        assertThat(metrics.headers().firstValue("Content-Type").orElse(""))
                .startsWith("text/plain; version=0.0.4");
        assertThat(metrics.body().lines())
                .contains(
                        "alwayson_server_up{backend=\"shop\",server=\"web1\"} 1.0",
                        "alwayson_server_up{backend=\"shop\",server=\"web2\"} 0.0",
                        "alwayson_server_connections{backend=\"shop\",server=\"web1\"} 3.0",
                        "alwayson_server_queue{backend=\"shop\"} 2.0",
                        "alwayson_server_check_duration_seconds{backend=\"shop\",server=\"web1\"}"
                                + " 0.005",
                        "alwayson_ready 1.0",
                        "alwayson_events_lost_total 0.0",
                        "alwayson_build_info{node=\"lb1\",version=\"0.1.0\"} 1")
                .anyMatch(line -> line.startsWith("process_cpu_usage "))
                .anyMatch(line -> line.startsWith("process_cpu_seconds_total "))
                .anyMatch(line -> line.startsWith("process_resident_memory_bytes "))
                .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\"} "));
    }
}
