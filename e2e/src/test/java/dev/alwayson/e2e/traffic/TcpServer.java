package dev.alwayson.e2e.traffic;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/**
 * A server of no known protocol: speaks first and says its name, echoes what it gets, and says
 * goodbye when its client has nothing more to say.
 */
final class TcpServer implements AutoCloseable {

    private final byte[] name;
    private final ServerSocket listener;

    private TcpServer(String name, ServerSocket listener) {
        this.name = name.getBytes(StandardCharsets.US_ASCII);
        this.listener = listener;
    }

    /** Serves on this port of the loopback address from now on. */
    static TcpServer start(String name, int port) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        TcpServer server = new TcpServer(name, listener);
        Thread.ofVirtual().start(server::accept);
        return server;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> talk(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void talk(Socket socket) {
        try (socket;
                InputStream input = socket.getInputStream();
                OutputStream output = socket.getOutputStream()) {
            output.write(name);
            input.transferTo(output);
            output.write(" and goodbye".getBytes(StandardCharsets.US_ASCII));
        } catch (SocketException gone) {
            // A check connects and resets; nobody is left to be told.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
