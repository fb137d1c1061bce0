package dev.alwayson.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No access log goes where it would block, or into a file that has another use. */
class ReservedLogTest {

    @TempDir Path folder;

    @Test
    void aLogThatWouldBlockItsWriterIsRefusedUnopened() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Files.createSymbolicLink(folder.resolve("link"), pipe);
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(folder.resolve("socket")));
            assertThat(problemsOfLog("pipe")).singleElement().asString().endsWith("is a FIFO");
            assertThat(problemsOfLog("link")).singleElement().asString().endsWith("is a FIFO");
            assertThat(problemsOfLog("socket")).singleElement().asString().endsWith("is a socket");
        }
        assertThat(withLog("/dev/null").valid().notes()).isEmpty();
    }

    /** Its lines would be added to what the node, or whoever reads the file, understands. */
    @Test
    void aLogInAFileOfTheNodeIsRefused() throws Exception {
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("a.yaml"));
        for (String file : List.of("a.yaml", "./x/../a.yaml", "link")) {
            assertThat(problemsOfLog(file))
                    .singleElement()
                    .asString()
                    .endsWith(file + ": must be a file of its own, and is this configuration");
        }
        Files.createSymbolicLink(folder.resolve("also"), folder.resolve("data"));
        for (boolean made : List.of(false, true)) {
            for (String file : List.of("lock", "journal.db", "journal.db-wal")) {
                assertThat(problemsOfLog("./data/" + file))
                        .singleElement()
                        .asString()
                        .endsWith(file + ": must be a file of its own, and is the node's");
            }
            if (!made) {
                Files.createDirectory(folder.resolve("data"));
            }
        }
        assertThat(problemsOfLog("also/runtime-changes.json")).hasSize(1);
        assertThat(withLog("./data/web.log").valid().notes()).isEmpty();
        assertThat(withLog("./journal.db").valid().notes()).isEmpty();
    }

    /** Files that are read: a token, and a body. */
    private static final String OF_OTHERS =
            """
            admin: {bind: ":7070", token-file: token}
            frontends:
              web: {bind: ":8080", backend: shop, access-log: %s}
            backends:
              shop: {servers: {web1: web1:80}, when-down: {body-file: ./sorry.html}}
            """;

    /** Its lines would be sent to clients, or make the token another one. */
    @Test
    void aLogInAFileThatTheConfigurationHasReadIsRefused() throws IOException {
        Files.writeString(folder.resolve("token"), "secret\n");
        Files.writeString(folder.resolve("sorry.html"), "Sorry\n");
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("token"));
        for (String file : List.of("token", "link")) {
            assertThat(WrittenFile.of(folder, OF_OTHERS.formatted(file)).problems())
                    .singleElement()
                    .asString()
                    .endsWith(": must be a file of its own, and is that of admin.token-file");
        }
        assertThat(WrittenFile.of(folder, OF_OTHERS.formatted("sorry.html")).problems())
                .singleElement()
                .asString()
                .endsWith(
                        "sorry.html: must be a file of its own, and is that of"
                                + " backends.shop.when-down.body-file");
        assertThat(WrittenFile.of(folder, OF_OTHERS.formatted("web.log")).valid().notes())
                .isEmpty();
    }

    /** A file has as many names as there are hard links to it, and is one. */
    @Test
    void aLogInAFileThatHasAnotherNameToBeReadByIsRefused() throws IOException {
        Files.createDirectory(folder.resolve("data"));
        Files.createFile(folder.resolve("data/journal.db"));
        Files.createFile(folder.resolve("data/journal.db-wal"));
        Files.writeString(folder.resolve("token"), "secret\n");
        Files.writeString(folder.resolve("sorry.html"), "Sorry\n");
        Files.createFile(folder.resolve("a.yaml"));
        Map<String, String> owners =
                Map.of(
                        "data/journal.db", "the node's",
                        "data/journal.db-wal", "the node's",
                        "a.yaml", "this configuration",
                        "token", "that of admin.token-file",
                        "sorry.html", "that of backends.shop.when-down.body-file");
        for (Map.Entry<String, String> owner : owners.entrySet()) {
            Path link = folder.resolve("link");
            Files.createLink(link, folder.resolve(owner.getKey()));
            assertThat(WrittenFile.of(folder, OF_OTHERS.formatted("link")).problems())
                    .as(owner.getKey())
                    .singleElement()
                    .asString()
                    .endsWith(": link: must be a file of its own, and is " + owner.getValue());
            Files.delete(link);
        }
        Files.createFile(folder.resolve("web.log"));
        Files.createLink(folder.resolve("link"), folder.resolve("web.log"));
        assertThat(WrittenFile.of(folder, OF_OTHERS.formatted("link")).valid().notes()).isEmpty();
    }

    /** The node would make its journal where the log is. */
    @Test
    void aLogByALinkToAFileThatTheNodeWillMakeIsRefused() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), Path.of("data/journal.db"));
        Files.createSymbolicLink(folder.resolve("link2"), Path.of("link"));
        for (String link : List.of("link", "link2")) {
            assertThat(problemsOfLog(link))
                    .singleElement()
                    .asString()
                    .endsWith("must be a file of its own, and is the node's");
        }
    }

    private List<String> problemsOfLog(String file) throws IOException {
        return withLog(file).problems();
    }

    private WrittenFile withLog(String file) throws IOException {
        return WrittenFile.of(
                folder,
                """
                frontends: {web: {bind: ":8080", backend: shop, access-log: %s}}
                backends: {shop: {servers: {web1: web1:80}}}
                """
                        .formatted(file));
    }
}
