package dev.alwayson.node.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alwayson.core.setting.HostAndPort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Where the admin server listens, how many it takes, and how it ends. */
final class AdminServerTest extends ServedShop {

    /** From before the server. */
    private final Set<Thread> others = EndedListenerTest.listenerThreads();

    @Test
    void aListenerThatEndsIsFollowedByANewOneOnTheSamePort() throws Exception {
        for (int times = 0; times < 2; times++) {
            Set<Thread> last = EndedListenerTest.listenerThreads();
            last.removeAll(others);
            listeners().getFirst().interrupt(); // ends it as a failed accept does
            for (Thread thread : last) {
                assertThat(thread.join(GENEROUS)).as("%s has ended", thread).isTrue();
            }
            long deadline = System.nanoTime() + GENEROUS.toNanos();
            while (refused()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(20);
            }
            assertThat(get("/health/live").statusCode()).isEqualTo(200);
            assertThat(listeners()).hasSize(1);
        }
    }

    @Test
    void aCloseWhileManyConnectIsNoError() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        java.util.logging.Logger log =
                java.util.logging.Logger.getLogger("io.helidon.webserver.ServerListener");
        try (Told _ = Told.all(told)) {
            for (int i = 0; i < 20; i++) {
                closeWhileManyConnect();
            }
            assertThat(told).isEmpty();
            assertThat(log.isLoggable(java.util.logging.Level.SEVERE))
                    .as("what fails while it serves")
                    .isTrue();
        }
    }

    private void closeWhileManyConnect() throws Exception {
        AdminServer other =
                AdminServer.start(
                        new HostAndPort("127.0.0.1", 0), Optional.empty(), shown(journal), MANY);
        int port = other.port();
        CountDownLatch connections = new CountDownLatch(50);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                clients.execute(() -> connectUntilRefused(port, connections));
            }
            connections.await();
            other.close();
        }
    }

    private static void connectUntilRefused(int port, CountDownLatch connections) {
        boolean refused = false;
        while (!refused) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                connections.countDown();
            } catch (IOException e) {
                refused = e instanceof ConnectException;
            }
        }
    }

    private static List<Thread> listeners() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("server-@default"))
                .toList();
    }

    private boolean refused() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            return !socket.isConnected();
        } catch (ConnectException e) {
            return true;
        }
    }

    @Test
    void whoComesWhenThereAreTheMostConnectionsWaitsForAPlace() throws Exception {
        HostAndPort bind = new HostAndPort("127.0.0.1", 0);
        try (AdminServer small =
                        AdminServer.start(
                                bind, Optional.empty(), shown(journal), 2, Duration.ofHours(1));
                Socket first = new Socket(InetAddress.getLoopbackAddress(), small.port());
                Socket second = new Socket(InetAddress.getLoopbackAddress(), small.port());
                Socket third = new Socket(InetAddress.getLoopbackAddress(), small.port())) {
            askWhetherAlive(third);
            third.setSoTimeout(300);
            assertThatThrownBy(() -> third.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
            askWhetherAlive(second);
            second.setSoTimeout((int) GENEROUS.toMillis());
            assertThat(second.getInputStream().readNBytes(12)).asString().endsWith(" 200");
            first.shutdownOutput();
            third.setSoTimeout((int) GENEROUS.toMillis());
            assertThat(third.getInputStream().readNBytes(12)).asString().endsWith(" 200");
        }
    }

    @Test
    void thatEveryPlaceIsTakenIsTold() throws Exception {
        HostAndPort bind = new HostAndPort("127.0.0.1", 0);
        List<String> told = new CopyOnWriteArrayList<>();
        try (Told _ = Told.all(told);
                AdminServer small =
                        AdminServer.start(
                                bind, Optional.empty(), shown(journal), 2, Duration.ofHours(1));
                Socket first = new Socket(InetAddress.getLoopbackAddress(), small.port());
                Socket second = new Socket(InetAddress.getLoopbackAddress(), small.port())) {
            long deadline = System.nanoTime() + GENEROUS.toNanos();
            while (told.isEmpty()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(10);
            }
            for (Socket each : List.of(first, second)) {
                askWhetherAlive(each);
                each.setSoTimeout((int) GENEROUS.toMillis());
                assertThat(each.getInputStream().readNBytes(12)).asString().endsWith(" 200");
            }
        }
        assertThat(told.getFirst())
                .isEqualTo(
                        "127.0.0.1:0: all 2 connections that the admin server takes are taken, and"
                                + " who comes now waits for a place; let a firewall pass only those"
                                + " who watch and command the node, or, for a larger share, raise"
                                + " LimitNOFILE= of the unit, or ulimit -n");
    }

    private static void askWhetherAlive(Socket client) throws IOException {
        client.getOutputStream()
                .write(
                        "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void anAddressThatOthersReachNeedsAToken() {
        assertThatThrownBy(() ->
                        AdminServer.start(
                                new HostAndPort("", 0), Optional.empty(), shown(journal), MANY))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        ":0: the admin server needs a token where others can reach it; set"
                                + " admin.token-file, or bind a loopback address");
    }

    @Test
    void anAddressInUseIsOneSentence() {
        HostAndPort taken = new HostAndPort("127.0.0.1", server.port());
        assertThatThrownBy(() -> AdminServer.start(taken, Optional.empty(), shown(journal), MANY))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        taken + ": the admin server cannot listen there: Address already in use")
                .hasMessageEndingWith("choose another for admin.bind");
    }
}
