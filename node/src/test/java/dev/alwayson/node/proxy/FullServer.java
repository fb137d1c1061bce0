package dev.alwayson.node.proxy;

import dev.alwayson.core.setting.HostAndPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A server of the tests whose backlog is full: it answers no connection, and refuses none. */
final class FullServer implements AutoCloseable {

    private static final int CONNECT_MILLIS = 500;

    private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<Socket> filling = new ArrayList<>();

    FullServer() throws IOException {
        boolean room = true;
        while (room) {
            Socket socket = new Socket();
            filling.add(socket);
            try {
                socket.connect(listening.getLocalSocketAddress(), CONNECT_MILLIS);
            } catch (SocketTimeoutException e) {
                room = false;
            }
        }
    }

    HostAndPort address() {
        return new HostAndPort("127.0.0.1", listening.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        for (Socket each : filling) {
            each.close();
        }
        listening.close();
    }
}
