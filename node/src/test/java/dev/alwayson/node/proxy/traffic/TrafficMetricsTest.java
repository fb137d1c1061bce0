package dev.alwayson.node.proxy.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.alwayson.core.balance.Route;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.node.proxy.http.Method;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the data path counted, as a scrape shows it. */
@Tag("alone")
class TrafficMetricsTest {

    private static final long MILLISECOND = 1_000_000;

    private final TrafficMetrics metrics = new TrafficMetrics();

    @Test
    void requestsAreCountedByTheSeedsNamesAndLabels() throws IOException {
        RequestCell cell = metrics.loop().requests("web", "/cart", "shop", "web1");
        cell.count(Method.GET, 200, MILLISECOND);
        cell.count(Method.GET, 200, 150 * MILLISECOND);
        cell.count(Method.GET, 404, MILLISECOND);
        cell.count(Method.POST, 503, 60_000 * MILLISECOND);
        cell.count(Method.OTHER, 0, 0);
        assertThat(scrape())
                .contains(
                        "http_requests_total{backend=\"shop\",endpoint=\"/cart\",frontend=\"web\",method=\"GET\",server=\"web1\",status=\"200\"} 2.0",
                        "http_requests_total{backend=\"shop\",endpoint=\"/cart\",frontend=\"web\",method=\"GET\",server=\"web1\",status=\"404\"} 1.0",
                        "http_requests_total{backend=\"shop\",endpoint=\"/cart\",frontend=\"web\",method=\"OTHER\",server=\"web1\",status=\"0\"} 1.0",
                        "http_errors_total{backend=\"shop\",endpoint=\"/cart\",error_type=\"client_error\",frontend=\"web\",method=\"GET\",server=\"web1\"} 1.0",
                        "http_errors_total{backend=\"shop\",endpoint=\"/cart\",error_type=\"server_error\",frontend=\"web\",method=\"POST\",server=\"web1\"} 1.0",
                        "http_request_duration_seconds_bucket{backend=\"shop\",endpoint=\"/cart\",frontend=\"web\",method=\"GET\",server=\"web1\",le=\"0.001\"} 2",
                        "http_request_duration_seconds_bucket{backend=\"shop\",endpoint=\"/cart\",frontend=\"web\",method=\"GET\",server=\"web1\",le=\"0.1\"} 2",
                        "http_request_duration_seconds_bucket{backend=\"shop\",endpoint=\"/cart\",frontend=\"web\",method=\"GET\",server=\"web1\",le=\"0.2\"} 3",
                        "http_request_duration_seconds_count{backend=\"shop\",endpoint=\"/cart\",frontend=\"web\",method=\"GET\",server=\"web1\"} 3",
                        "http_request_duration_seconds_sum{backend=\"shop\",endpoint=\"/cart\",frontend=\"web\",method=\"GET\",server=\"web1\"} 0.152",
                        "http_request_duration_seconds_bucket{backend=\"shop\",endpoint=\"/cart\",frontend=\"web\",method=\"POST\",server=\"web1\",le=\"30.0\"} 0",
                        "http_request_duration_seconds_bucket{backend=\"shop\",endpoint=\"/cart\",frontend=\"web\",method=\"POST\",server=\"web1\",le=\"+Inf\"} 1");
    }

    @Test
    void retriesAndServersAreCounted() throws IOException {
        LoopTraffic loop = metrics.loop();
        loop.retries("shop").count(RetryKind.CONNECT);
        loop.retries("shop").count(RetryKind.CONNECT);
        loop.retries("shop").count(RetryKind.SLOW);
        loop.server(new ServerId("shop", "web1")).response(3 * MILLISECOND);
        assertThat(scrape())
                .contains(
                        "alwayson_retries_total{backend=\"shop\",kind=\"connect\"} 2.0",
                        "alwayson_retries_total{backend=\"shop\",kind=\"slow\"} 1.0",
                        "alwayson_retries_total{backend=\"shop\",kind=\"stale\"} 0.0",
                        "alwayson_server_response_seconds_bucket{backend=\"shop\",server=\"web1\",le=\"0.0025\"} 0",
                        "alwayson_server_response_seconds_bucket{backend=\"shop\",server=\"web1\",le=\"0.005\"} 1");
    }

    @Test
    void theSumOverLoopsIsExactWhileTheyCount() throws Exception {
        int loops = 3;
        int requests = 200_000;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < loops; i++) {
            LoopTraffic loop = metrics.loop();
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int n = 0; n < requests; n++) {
                                    loop.requests("web", "/cart", "shop", "web1")
                                            .count(Method.GET, 200 + n % 5, n % 1000);
                                }
                            }));
        }
        double before = 0;
        while (threads.stream().anyMatch(Thread::isAlive)) {
            double now = total("http_requests_total{");
            assertThat(now).as("never goes back").isGreaterThanOrEqualTo(before);
            before = now;
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(total("http_requests_total{")).isEqualTo(loops * requests);
        assertThat(total("http_request_duration_seconds_count{")).isEqualTo(loops * requests);
        assertThat(total("status=\"203\"")).isEqualTo(loops * requests * 0.2);
    }

    @Test
    void theNumberOfCellsIsBounded() throws IOException {
        TrafficMetrics bounded = new TrafficMetrics(10);
        LoopTraffic loop = bounded.loop();
        for (int i = 0; i < 100; i++) {
            loop.requests("web", "default", "shop", "web" + i).count(Method.GET, 200, 1);
            loop.server(new ServerId("shop", "web" + i)).response(1);
            loop.retries("shop" + i).count(RetryKind.STALE);
        }
        List<String> lines = scrape(bounded);
        assertThat(lines.stream().filter(line -> line.startsWith("http_requests_total")))
                .hasSize(11);
        assertThat(lines)
                .contains(
                        "http_requests_total{backend=\"(others)\",endpoint=\"(others)\",frontend=\"(others)\",method=\"GET\",server=\"(others)\",status=\"200\"} 90.0",
                        "alwayson_retries_total{backend=\"(others)\",kind=\"stale\"} 90.0");
    }

    @Test
    void everyLineIsOfTheTextFormat() throws IOException {
        metrics.loop().requests("web", "a\"b\\c\nd", "-", "-").count(Method.GET, 200, 1);
        Pattern form =
                Pattern.compile(
                        "# (HELP|TYPE) [a-z_]+ .*|[a-z_]+\\{([a-z_]+=\"([^\"\\\\]|\\\\.)*\",?)+} [0-9.E+-]+");
        assertThat(scrape()).allMatch(line -> form.matcher(line).matches());
    }

    @Test
    void anEndpointIsARouteAsItIsWritten() {
        assertThat(Endpoint.of(new Route(Optional.of("a.example"), Optional.of("/v2/"), "b")))
                .isEqualTo("a.example/v2/");
        assertThat(Endpoint.of(new Route(Optional.empty(), Optional.of("/x"), "b")))
                .isEqualTo("/x");
        assertThat(Endpoint.of(new Route(Optional.empty(), Optional.empty(), "b")))
                .isEqualTo(Endpoint.DEFAULT);
    }

    @Test
    void countingMakesNoObject() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        LoopTraffic loop = metrics.loop();
        RequestCell cell = loop.requests("web", "/cart", "shop", "web1");
        ServerCell server = loop.server(new ServerId("shop", "web1"));
        RetryCell retries = loop.retries("shop");
        count(cell, server, retries);
        long before = threads.getCurrentThreadAllocatedBytes();
        count(cell, server, retries);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(2000);
    }

    private static void count(RequestCell cell, ServerCell server, RetryCell retries) {
        for (int i = 0; i < 20_000; i++) {
            cell.count(Method.GET, 200 + i % 3, i * 1000L);
            server.response(i * 1000L);
            retries.count(RetryKind.STALE);
        }
    }

    private double total(String part) throws IOException {
        return scrape().stream()
                .filter(line -> line.contains(part))
                .filter(line -> !line.startsWith("#"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private List<String> scrape() throws IOException {
        return scrape(metrics);
    }

    private static List<String> scrape(TrafficMetrics metrics) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(out, metrics.collect());
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
