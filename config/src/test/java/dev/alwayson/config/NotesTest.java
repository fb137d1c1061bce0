package dev.alwayson.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of a file that can be applied and is hardly what was meant. */
class NotesTest {

    @TempDir Path folder;

    @Test
    void aFileThatMeansWhatItSaysHasNoNotes() throws IOException {
        assertThat(
                        notes(
                                """
                                frontends:
                                  web:
                                    bind: :8080
                                    backend: shop
                                    routes: [{path: /a, backend: shop}, {backend: other}]
                                backends:
                                  shop: {servers: {web1: web1:80, web2: web1:81}, when-down: {backend: spare}}
                                  other: {servers: {web1: web1:80}}
                                  spare: {servers: {web1: web1:82}}
                                """))
                .isEmpty();
    }

    @Test
    void eachNoteHasItsPlaceAndSaysWhatToDo() throws IOException {
        assertThat(
                        notes(
                                """
                                frontends:
                                  web:
                                    bind: :8080
                                    backend: shop
                                    routes:
                                      - {path: /, backend: shop}
                                      - {host: a.example.com, path: /v2/, backend: shop}
                                backends:
                                  shop:
                                    servers:
                                      web1: web1:80
                                      web2: {address: web1:80, weight: 3}
                                  old: {servers: {web1: old:80}, when-down: {backend: older}}
                                  older: {servers: {web1: older:80}}
                                """))
                .containsExactly(
                        "7:9: note: frontends.web.routes[1]: takes no request:"
                                + " frontends.web.routes[0] comes first and takes them all; put it"
                                + " before that one, or remove it",
                        "12:7: note: backends.shop.servers.web2: has the address of web1: it is one"
                                + " server that gets twice its share, and a retry may meet it"
                                + " again; remove it, or give web1 a weight",
                        "13:3: note: backends.old: no frontend leads to it: its servers are checked"
                                + " and get no requests; name it in a frontend, or remove it",
                        "14:3: note: backends.older: no frontend leads to it: its servers are"
                                + " checked and get no requests; name it in a frontend, or remove"
                                + " it");
    }

    @ParameterizedTest
    @CsvSource({
        "'path: /a',                        'path: /a'",
        "'path: /a',                        'path: /a/b'",
        "'path: /a',                        'path: /a/'",
        "'path: /a/',                       'path: /a/b'",
        "'path: /',                         'path: /a'",
        "'host: example.com',               'host: EXAMPLE.com, path: /a'",
        "'host: \"*.example.com\"',         'host: a.b.example.com'",
        "'host: \"*.example.com\"',         'host: \"*.b.example.com\"'",
        "'host: \"*.com\", path: /a',       'host: example.com, path: /a/b'",
    })
    void aRouteTakesWhatALaterOneWould(String first, String later) throws IOException {
        assertThat(routes(first, later)).hasSize(1).first().asString().contains("routes[1]");
    }

    @ParameterizedTest
    @CsvSource({
        "'path: /a/',                       'path: /a'",
        "'path: /a',                        'path: /ab'",
        "'path: /a/b',                      'path: /a'",
        "'path: /',                         'host: example.com'",
        "'host: example.com',               'host: a.example.com'",
        "'host: \"*.example.com\"',         'host: example.com'",
        "'host: \"*.b.example.com\"',       'host: \"*.example.com\"'",
        "'host: example.com, path: /a/b',   'host: example.com, path: /a'",
        "'host: example.com, path: /a',     'path: /a'",
    })
    void aRouteLeavesSomethingToALaterOne(String first, String later) throws IOException {
        assertThat(routes(first, later)).isEmpty();
    }

    @Test
    void whatIsOfHttpHasNoEffectWhereOnlyTcpLeads() throws IOException {
        String of =
                ": has no effect: it is about HTTP, and only tcp frontends lead to this backend";
        assertThat(
                        notes(
                                """
                                frontends:
                                  db: {bind: ":1", mode: tcp, backend: db}
                                  web: {bind: ":2", backend: both}
                                  raw: {bind: ":3", mode: tcp, backend: both}
                                backends:
                                  db:
                                    retries: {attempts: 3}
                                    timeouts: {connect: 1s, response: 1m, try: 5s, queue: 1s}
                                    eject: {on-status: [500], failures: 3}
                                    when-down: {backend: spare}
                                    servers: {s: s:1}
                                  spare: {retries: {budget: 10%}, servers: {s: s:2}}
                                  both:
                                    retries: {attempts: 3}
                                    timeouts: {response: 1m, try: 5s}
                                    eject: {on-status: [500]}
                                    servers: {s: s:1}
                                """))
                .containsExactly(
                        "7:5: note: backends.db.retries" + of + "; remove it",
                        "8:39: note: backends.db.timeouts.response" + of + "; remove it",
                        "8:48: note: backends.db.timeouts.try" + of + "; remove it",
                        "9:13: note: backends.db.eject.on-status" + of + "; remove it",
                        "12:11: note: backends.spare.retries" + of + "; remove it");
    }

    private List<String> routes(String first, String later) throws IOException {
        return notes(
                """
                frontends: {web: {bind: ":8080", routes: [{%s, backend: b}, {%s, backend: b}]}}
                backends: {b: {servers: {s: s:1}}}
                """
                        .formatted(first, later));
    }

    @ParameterizedTest
    @CsvSource({
        "web.log,   'web.log'",
        "web.log,   '{file: web.log, format: json}'",
        "web.log,   '{file: other.log, format: haproxy}'",
        "other.log, '{file: web.log, format: haproxy}'",
        "/dev/null, '{file: /dev/null, format: haproxy}'",
    })
    void logsOfOneFormAndOfTwoFilesAndOfADeviceAreMeant(String first, String second)
            throws IOException {
        assertThat(logs(first, second)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "web.log,                         '{file: web.log, format: haproxy}'",
        "web.log,                         '{file: ./x/../web.log, format: haproxy}'",
        "web.log,                         '{file: link, format: haproxy}'",
        "link,                            '{file: web.log, format: haproxy}'",
        "'{file: link, format: haproxy}', 'web.log'",
    })
    void aFileHasLinesOfOneForm(String first, String second) throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), Path.of("web.log"));
        assertThat(logs(first, second))
                .singleElement()
                .asString()
                .endsWith(
                        " note: frontends.b.access-log: writes to the file of"
                                + " frontends.a.access-log in another format: who reads it meets"
                                + " lines of both; give them one format, or a file each");
    }

    private List<String> logs(String first, String second) throws IOException {
        return notes(
                """
                frontends:
                  a: {bind: ":8080", backend: shop, access-log: %s}
                  b: {bind: ":8081", backend: shop, access-log: %s}
                backends: {shop: {servers: {web1: web1:80}}}
                """
                        .formatted(first, second));
    }

    private List<String> notes(String text) throws IOException {
        WrittenFile file = WrittenFile.of(folder, text);
        return file.valid().notes().stream()
                .map(note -> note.toString().replace(file.path() + ":", ""))
                .toList();
    }
}
