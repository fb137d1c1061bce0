package dev.alwayson.node.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.alwayson.config.Environment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything together: a file, a node, a server behind it, a request through it. */
final class WholeNodeTest {

    private static final Duration GENEROUS = Duration.ofSeconds(30);

    @TempDir private Path folder;

    @Test
    void aRequestGoesThroughTheNodeToAServer() throws Exception {
        HttpServer web1 =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        web1.createContext(
                "/",
                exchange -> {
                    byte[] body = "hello from web1".getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        web1.start();
        Path file =
                Files.writeString(
                        folder.resolve("alwayson.yaml"),
                        """
                        admin: {bind: "127.0.0.1:0"}
                        frontends:
                          web: {bind: "127.0.0.1:0", backend: shop}
                        backends:
                          shop:
                            servers: {web1: "127.0.0.1:%d"}
                        """
                                .formatted(web1.getAddress().getPort()));
        Environment environment = new Environment(Optional.of("lb1"), Optional.empty(), Map.of());
        try (HttpClient client = HttpClient.newHttpClient();
                Node node = Node.start(file, environment, ProxyPath::open)) {
            String status = get(client, "127.0.0.1:" + node.adminPort(), "/api/v1/status");
            Matcher bound =
                    Pattern.compile("\"bind\":\\[\"(127\\.0\\.0\\.1:[1-9]\\d*)\"").matcher(status);
            assertThat(bound.find()).as(status).isTrue();

            assertThat(get(client, bound.group(1), "/")).isEqualTo("hello from web1");
        } finally {
            web1.stop(0);
        }
    }

    private static String get(HttpClient client, String address, String page) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + address + page))
                        .timeout(GENEROUS)
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
