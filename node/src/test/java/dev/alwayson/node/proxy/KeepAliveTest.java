package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the kernel does for the connections that were accepted. */
class KeepAliveTest {

    /** The timer of a connection that probes its peer once it is silent (proc_net_tcp.txt). */
    private static final String PROBES = "02";

    @Test
    void aClientThatFallsSilentIsProbed() throws Exception {
        try (RawServer server = RawServer.answering("hello");
                Rig rig = Rig.of(server);
                RawClient client = rig.client()) {
            assertThat(client.get("/").body()).isEqualTo("hello");

            int own = client.socket.getLocalPort();
            int port = client.socket.getPort();
            Rig.eventually("it is probed", () -> timers(port, own).equals(List.of(PROBES)));
        }
    }

    /** The kinds of timer of this end of the connection. */
    private static List<String> timers(int local, int remote) {
        return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .flatMap(table -> lines(Path.of(table)).stream())
                .map(line -> line.strip().split("\\s+", -1))
                .filter(columns -> columns[1].endsWith(":%04X".formatted(local)))
                .filter(columns -> columns[2].endsWith(":%04X".formatted(remote)))
                .map(columns -> columns[5].substring(0, 2))
                .toList();
    }

    private static List<String> lines(Path table) {
        try {
            return Files.readAllLines(table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
