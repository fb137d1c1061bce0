package dev.alwayson.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a request is taken for, and what of one that is none is told. */
final class RequestFormTest extends ServedShop {

    @Test
    void anUnknownPageOrMethodIsAnErrorInJson() throws Exception {
        assertThat(get("/api/v1/nothing").statusCode()).isEqualTo(404);
        assertThat(get("/api/v1/nothing").body()).startsWith("{\"error\":{\"what\":\"GET /api/v1/");
        HttpResponse<String> wrong = get("/api/v1/reload");
        assertThat(wrong.statusCode()).isEqualTo(405);
        assertThat(wrong.headers().firstValue("Allow")).contains("POST");
        HttpResponse<String> command = get("/api/v1/servers/shop/web1/drain");
        assertThat(command.statusCode()).isEqualTo(405);
        assertThat(command.headers().firstValue("Allow")).contains("POST");
        assertThat(post("/api/v1/status").statusCode()).isEqualTo(405);
        for (String page :
                List.of("/health", "/health/live", "/metrics", "/api/v1/events/stream")) {
            assertThat(post(page).headers().firstValue("Allow")).as(page).contains("GET, HEAD");
        }
        for (String none :
                List.of("", "shop", "shop/web1", "shop/web1/sleep", "drain", "web1/drain")) {
            String path = "/api/v1/servers/" + none;
            assertThat(post(path).statusCode()).as(path).isEqualTo(404);
            HttpResponse<String> unknown = get(path);
            assertThat(unknown.statusCode()).as(path).isEqualTo(404);
            assertThat(unknown.headers().firstValue("Allow")).as(path).isEmpty();
            assertThat(unknown.body())
                    .as(path)
                    .startsWith(
                            "{\"error\":{\"what\":\"GET " + path + "\",\"why\":\"a command is ");
        }
        for (String page : List.of("/nothing", "/api/v1/nothing", "/health/nothing", "/")) {
            HttpResponse<String> unknown = post(page);
            assertThat(unknown.statusCode()).as(page).isEqualTo(404);
            assertThat(unknown.headers().firstValue("Allow")).as(page).isEmpty();
        }
    }

    /** A client that has the wrong page is to learn that, and not to correct its headers first. */
    @Test
    void aPostWithoutJsonToAWrongPageIsToldThatThePageIsWrong() throws Exception {
        for (String form : List.of("Accept: text/plain", "Content-Type: text/plain")) {
            assertThat(raw("POST /nothing HTTP/1.1", "Host: localhost", form))
                    .startsWith("HTTP/1.1 404 ");
            assertThat(raw("POST /api/v1/servers/a/b/c HTTP/1.1", "Host: localhost", form))
                    .startsWith("HTTP/1.1 404 ");
            assertThat(raw("POST /metrics HTTP/1.1", "Host: localhost", form))
                    .startsWith("HTTP/1.1 405 ")
                    .contains("Allow: GET, HEAD\r\n");
            for (String command : List.of("reload", "servers/shop/web1/drain")) {
                assertThat(raw("POST /api/v1/" + command + " HTTP/1.1", "Host: localhost", form))
                        .startsWith("HTTP/1.1 415 ");
            }
        }
        assertThat(shop.reloads).hasValue(0);
        assertThat(get("/api/v1/status").body()).doesNotContain("\"shop/web1\":\"drain\"");
    }

    @Test
    void aSlashAtTheEndOfAnyPageChangesNothing() throws Exception {
        for (String page :
                List.of(
                        "/health",
                        "/health/live",
                        "/health/ready",
                        "/metrics",
                        "/api/v1/status",
                        "/api/v1/events")) {
            assertThat(get(page + "/").statusCode()).as(page).isEqualTo(200);
            assertThat(post(page + "/").statusCode()).as(page).isEqualTo(405);
        }
        assertThat(post("/api/v1/reload/").statusCode()).isEqualTo(200);
        assertThat(post("/api/v1/servers/shop/web1/drain/").statusCode()).isEqualTo(200);
    }

    @Test
    void aPathThatIsNoneIsToldSo() throws Exception {
        for (String path : List.of("/%zz", "/%", "/health/%4")) {
            assertThat(raw("GET " + path + " HTTP/1.1", "Host: localhost"))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\"why\":\"its path has a % without two hexadecimal digits");
        }
        for (String path : List.of("/a\\b", "/a|b", "/<a>")) {
            assertThat(raw("GET " + path + " HTTP/1.1", "Host: localhost"))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\"why\":\"its path has a character that is none of a path's");
        }
    }

    @Test
    void whatIsNoProperRequestIsAnErrorInJsonToo() throws Exception {
        for (String line : List.of("GET /%zz HTTP/1.1", "GET /a|b HTTP/1.1")) {
            assertThat(raw(line, "Host: localhost"))
                    .as(line)
                    .containsPattern("^HTTP/1.1 400 ")
                    .contains("Content-Type: application/json", "Cache-Control: no-store")
                    .contains("\r\n\r\n{\"error\":{\"what\":");
        }
    }

    @Test
    void whatIsNoProperRequestIsToldWhy() throws Exception {
        String get = "GET /health HTTP/1.1";
        assertThat(raw(get)).contains("\"why\":\"Host header must be present in the request\"");
        assertThat(raw(get, "Host: localhost", "Host: localhost"))
                .contains("\"why\":\"Only a single Host header is allowed in request\"");
        assertThat(raw(get, "Host: localhost", "Content-Length: 1", "Transfer-Encoding: chunked"))
                .contains("\"why\":\"Transfer-Encoding and Content-Length headers must not be");
        assertThat(raw(get, "Host: localhost", "Content-Length: 1", "Content-Length: 2"))
                .contains("\"why\":\"Content-Length header must have exactly one value");
        assertThat(raw(get, "Host: localhost", "X-Name\0: 1"))
                .startsWith("HTTP/1.1 400 ")
                .doesNotContain("\"why\":\"Bad Request\"", "\0");
        for (String line : List.of("PRI * HTTP/2.0", "garbage", "\1\2<\"garbage\"> a b")) {
            assertThat(raw(line))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\"why\":\"its first line is not METHOD /path HTTP/1.1\"");
        }
        assertThat(raw(get, "Host: localhost", "X-Long: " + "x".repeat(17_000)))
                .startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n")
                .contains("\"why\":\"its headers are larger than 16 KiB\"");
        assertThat(raw("GET /" + "x".repeat(4_000) + " HTTP/1.1", "Host: localhost"))
                .startsWith("HTTP/1.1 404 ");
        assertThat(raw("GET /" + "x".repeat(4_100) + " HTTP/1.1", "Host: localhost"))
                .startsWith("HTTP/1.1 414 ")
                .endsWith(
                        "{\"error\":{\"what\":\"the request\",\"why\":\"its first line is longer"
                                + " than 4 KiB\",\"next\":\"ask for a shorter path\"}}\n");
        assertThat(raw("POST /api/v1/reload HTTP/1.1", "Host: h", "Content-Length: 2000000"))
                .startsWith("HTTP/1.1 413 ")
                .endsWith(
                        "{\"error\":{\"what\":\"POST /api/v1/reload\",\"why\":\"the body is"
                                + " larger than 64 KiB\",\"next\":\"send an empty one: no page"
                                + " reads it\"}}\n");
        assertThat(raw("garbage")).contains("{\"what\":\"the request\",");
    }

    @Test
    void anOlderHttpIsToldWhichIsSpoken() throws Exception {
        assertThat(raw("GET /health HTTP/1.0"))
                .startsWith("HTTP/1.1 505 ")
                .endsWith(
                        "{\"error\":{\"what\":\"GET /health\",\"why\":\"the admin server speaks"
                                + " HTTP/1.1 only\",\"next\":\"ask with HTTP/1.1\"}}\n");
    }

    @Test
    void headIsAnsweredLikeGetWithoutTheBody() throws Exception {
        for (String path :
                List.of(
                        "/health",
                        "/health/live",
                        "/health/ready",
                        "/metrics",
                        "/api/v1/status",
                        "/api/v1/events",
                        "/api/v1/events/stream")) {
            String answer = raw("HEAD " + path + " HTTP/1.1", "Host: localhost");
            assertThat(answer).as(path).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
        }
        assertThat(raw("HEAD /health/live HTTP/1.1", "Host: localhost"))
                .contains("Content-Length: " + get("/health/live").body().length() + "\r\n");
        assertThat(raw("HEAD /nothing HTTP/1.1", "Host: localhost"))
                .startsWith("HTTP/1.1 404 ")
                .endsWith("\r\n\r\n");
    }

    @Test
    void everyAnswerForbidsCachingAndGuessing() throws Exception {
        for (String path : List.of("/health", "/metrics", "/api/v1/status", "/nothing")) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }
    }
}
