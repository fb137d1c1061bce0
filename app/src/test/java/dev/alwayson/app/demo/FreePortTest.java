package dev.alwayson.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** Between the moment a port is found and the one a server listens there, nobody else takes it. */
class FreePortTest {

    private final InetAddress loopback = InetAddress.getLoopbackAddress();

    @Test
    void whoeverLooksForAFreePortDoesNotGetIt() throws Exception {
        int port = FreePort.one();
        try (Socket another = new Socket()) {
            another.setReuseAddress(false);
            assertThatThrownBy(() -> another.bind(new InetSocketAddress(loopback, port)))
                    .isInstanceOf(BindException.class);
        }
    }

    @Test
    void aServerCanListenThereAndComeBack() throws Exception {
        int port = FreePort.one();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> new Socket(loopback, port).close())
                    .isInstanceOf(ConnectException.class);
            try (ServerSocket server = new ServerSocket()) {
                server.setReuseAddress(true);
                server.bind(new InetSocketAddress(loopback, port));
                try (Socket client = new Socket(loopback, port);
                        Socket served = server.accept()) {
                    assertThat(served.getPort()).isEqualTo(client.getLocalPort());
                }
            }
        }
    }
}
