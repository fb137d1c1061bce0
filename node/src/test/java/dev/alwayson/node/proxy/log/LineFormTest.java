package dev.alwayson.node.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What a request looks like in the access log. */
class LineFormTest {

    private final AccessEntry entry = new AccessEntry();

    private void aRequestThatWasServed() {
        entry.clear();
        entry.startMillis = Instant.parse("2026-11-21T12:00:00.042Z").toEpochMilli();
        entry.client = octets("192.0.2.7");
        entry.clientPort = 41_234;
        entry.frontend = octets("web");
        entry.backend = octets("shop");
        entry.server = octets("web1");
        entry.hostBytes = octets("Host: shop.example");
        entry.hostOffset = 6;
        entry.hostLength = 12;
        request("GET /cart?id=7 HTTP/1.1");
        entry.status = 200;
        entry.bytesRead = 120;
        entry.bytesSent = 4321;
        entry.headNanos = 0;
        entry.queueNanos = 1_500_000;
        entry.connectNanos = 250_999;
        entry.responseNanos = 12_000_000;
        entry.totalNanos = 14_005_000;
        entry.retries = 1;
        entry.queueLength = 3;
        entry.connections = 10;
        entry.frontendConnections = 9;
        entry.backendRequests = 8;
        entry.serverRequests = 7;
    }

    private void request(String line) {
        entry.requestBytes = octets("__" + line + "__");
        entry.requestOffset = 2;
        entry.requestLength = line.length();
    }

    @Test
    void aServedRequestAsJson() {
        aRequestThatWasServed();
        assertThat(line(new JsonLine()))
                .isEqualTo(
                        "{\"time\":\"2026-11-21T12:00:00.042Z\",\"client\":\"192.0.2.7\","
                                + "\"client_port\":41234,\"frontend\":\"web\",\"backend\":\"shop\","
                                + "\"server\":\"web1\",\"host\":\"shop.example\","
                                + "\"request\":\"GET /cart?id=7 HTTP/1.1\",\"status\":200,"
                                + "\"bytes_read\":120,\"bytes_sent\":4321,\"head_ms\":0.000,"
                                + "\"queue_ms\":1.500,\"connect_ms\":0.250,\"response_ms\":12.000,"
                                + "\"total_ms\":14.005,\"retries\":1,\"queue_length\":3,"
                                + "\"state\":\"--\",\"reason\":\"\",\"connections\":10,"
                                + "\"frontend_connections\":9,\"backend_requests\":8,"
                                + "\"server_requests\":7}\n");
    }

    @Test
    void anIdStandsAtTheEndWhereRequestsHaveThem() {
        aRequestThatWasServed();
        entry.hasRequestId = true;
        assertThat(line(new JsonLine())).endsWith(",\"server_requests\":7,\"request_id\":\"\"}\n");
        entry.requestId = octets("a\"b\n\u00e9\\ and no more");
        entry.requestIdLength = 6;
        assertThat(line(new JsonLine()))
                .endsWith(",\"request_id\":\"a\\\"b\\u000A\\u00E9\\\\\"}\n");
        entry.clear();
        assertThat(line(new JsonLine())).doesNotContain("request_id");
    }

    @Test
    void aServedRequestInHaproxysForm() {
        aRequestThatWasServed();
        assertThat(line(new HaproxyLine()))
                .isEqualTo(
                        "192.0.2.7:41234 [21/Nov/2026:12:00:00.042] web shop/web1 0/1/0/12/14 200"
                                + " 4321 - - ---- 10/9/8/7/1 0/3 \"GET /cart?id=7 HTTP/1.1\"\n");
    }

    @Test
    void aRequestThatWasRefused() {
        entry.client = octets("2001:db8::7");
        entry.frontend = octets("web");
        entry.status = 400;
        entry.ending = Ending.PROXY;
        entry.phase = Phase.REQUEST;
        entry.reason = octets("bare-lf");
        JsonNode json = new ObjectMapper().readTree(line(new JsonLine()));
        assertThat(json.get("state").asString()).isEqualTo("PR");
        assertThat(json.get("reason").asString()).isEqualTo("bare-lf");
        assertThat(json.get("response_ms").isNull()).isTrue();
        assertThat(json.get("request").asString()).isEmpty();
        assertThat(line(new HaproxyLine()))
                .isEqualTo(
                        "2001:db8::7:0 [01/Jan/1970:00:00:00.000] web web/<NOSRV> -1/-1/-1/-1/0 400"
                                + " 0 - - PR-- 0/0/0/0/0 0/0 \"<BADREQ>\"\n");
    }

    @Test
    void theTextOfATimeFollowsTheSecond() {
        UtcTime time = UtcTime.rfc3339();
        LineBuffer line = new LineBuffer();
        for (String at :
                new String[] {
                    "2026-11-21T12:00:00.999Z", "2026-11-21T12:00:01.000Z",
                    "2026-11-21T12:00:01.001Z", "2024-02-29T23:59:59.500Z"
                }) {
            line.clear();
            time.put(Instant.parse(at).toEpochMilli(), line);
            assertThat(text(line) + "Z").isEqualTo(at);
        }
    }

    @Test
    void everyOctetIsLoggedWithinItsQuotesAndLine() {
        byte[] all = new byte[256];
        for (int i = 0; i < 256; i++) {
            all[i] = (byte) i;
        }
        aRequestThatWasServed();
        entry.requestBytes = all;
        entry.requestOffset = 0;
        entry.requestLength = 256;
        String line = line(new JsonLine());
        assertThat(line).containsOnlyOnce("\n").endsWith("}\n").matches("\\p{ASCII}*");
        assertThat(new ObjectMapper().readTree(line).get("request").asString())
                .isEqualTo(new String(all, StandardCharsets.ISO_8859_1));
        String haproxy = line(new HaproxyLine());
        assertThat(haproxy).containsOnlyOnce("\n").matches("[ -~]*\n");
        assertThat(haproxy.chars().filter(c -> c == '"').count()).isEqualTo(2);
        assertThat(haproxy).contains("#00#01").contains("!#22#23$").contains("#7F#80");
    }

    @Test
    void noTextCanMakeALineOrAMemberOfItsOwn() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        String[] parts = {
            "\"", "\\", "\n", "\r\n", "\",\"status\":500,\"", "\0", "\u00e9", "a", "}"
        };
        ObjectMapper mapper = new ObjectMapper();
        for (int round = 0; round < 2000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            aRequestThatWasServed();
            request(text.toString());
            entry.hostBytes = octets(text.toString());
            entry.hostOffset = 0;
            entry.hostLength = text.length();
            entry.backend = octets(text.toString());
            entry.reason = octets(text.toString());
            String line = line(new JsonLine());
            assertThat(line.indexOf('\n')).as("seed %d", seed).isEqualTo(line.length() - 1);
            JsonNode json = mapper.readTree(line);
            assertThat(json.size()).as("seed %d", seed).isEqualTo(24);
            assertThat(json.get("status").asInt()).as("seed %d", seed).isEqualTo(200);
            for (String member : new String[] {"request", "host", "backend", "reason"}) {
                assertThat(json.get(member).asString())
                        .as("seed %d", seed)
                        .isEqualTo(text.toString());
            }
            assertThat(line(new HaproxyLine())).as("seed %d", seed).matches("[ -~]*\n");
        }
    }

    @Test
    void aVeryLongRequestLineIsCut() {
        aRequestThatWasServed();
        request("\u0001".repeat(100_000));
        assertThat(line(new JsonLine())).hasSizeLessThan(6 * 8192 + 1000);
        assertThat(line(new HaproxyLine())).hasSizeLessThan(3 * 8192 + 1000);
    }

    private String line(LineForm form) {
        LineBuffer line = new LineBuffer();
        form.put(entry, line);
        return text(line);
    }

    private static String text(LineBuffer line) {
        return new String(line.bytes, 0, line.size, StandardCharsets.ISO_8859_1);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
