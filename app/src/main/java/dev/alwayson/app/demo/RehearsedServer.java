package dev.alwayson.app.demo;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A server that behaves as the path of a request says, well or badly: {@code /whole/N} answers with
 * N bytes, {@code /late/N} after a while, {@code /chunks/N} in chunks, {@code /until-close/N} until
 * it closes; {@code /cut/N} breaks off in the middle, {@code /silent} before the answer; {@code
 * /echo} changes the protocol and says what it hears. Another port says back whatever it hears.
 */
final class RehearsedServer implements AutoCloseable {

    private static final int BACKLOG = 1024;
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ServerSocket http = listening();
    private final ServerSocket echo = listening();

    RehearsedServer() throws IOException {
        serve(http, RehearsedServer::answerAll);
        serve(echo, socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
    }

    /** What is done with a connection; it is closed afterwards. */
    private interface Talk {
        void with(Socket socket) throws IOException;
    }

    private static ServerSocket listening() throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        return listener;
    }

    int port() {
        return http.getLocalPort();
    }

    int echoPort() {
        return echo.getLocalPort();
    }

    private static void serve(ServerSocket listener, Talk talk) {
        Thread.ofVirtual()
                .start(() -> {
                    while (!listener.isClosed()) {
                        try {
                            Socket socket = listener.accept();
                            Thread.ofVirtual().start(() -> talk(socket, talk));
                        } catch (IOException closed) {
                            return;
                        }
                    }
                });
    }

    private static void talk(Socket socket, Talk talk) {
        try (socket) {
            socket.setTcpNoDelay(true);
            talk.with(socket);
        } catch (IOException gone) {
            // Clients that leave in the middle are part of it.
        }
    }

    private static void answerAll(Socket socket) throws IOException {
        InputStream input = new BufferedInputStream(socket.getInputStream());
        OutputStream output = socket.getOutputStream();
        DemoRequest request = DemoRequest.read(input);
        while (request != null && answer(request, socket, input, output)) {
            request = DemoRequest.read(input);
        }
    }

    /**
     * @return whether the connection may be used again
     */
    private static boolean answer(
            DemoRequest request, Socket socket, InputStream input, OutputStream output)
            throws IOException {
        String[] words = request.path().substring(1).split("/", -1);
        int size = words.length > 1 ? Integer.parseInt(words[1]) : 0;
        byte[] body = new byte[request.method().equals("HEAD") ? 0 : size];
        switch (words[0]) {
            case "whole" -> write(output, "Content-Length: " + size, body);
            case "late" -> {
                LockSupport.parkNanos(LATE_NANOS);
                write(output, "Content-Length: " + size, body);
            }
            case "chunks" -> {
                write(output, "Transfer-Encoding: chunked", new byte[0]);
                for (int i = 0; i < 4; i++) {
                    output.write(
                            (Integer.toHexString(size) + "\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
                    output.write(body);
                    output.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                output.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            case "until-close" -> {
                write(output, "Connection: close", body);
                return false;
            }
            case "cut" -> {
                write(output, "Content-Length: " + 2 * size, body);
                socket.setSoLinger(true, 0);
                return false;
            }
            case "echo" -> {
                write(
                        output,
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                + "Connection: Upgrade\r\n\r\n");
                input.transferTo(output);
                return false;
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** In one piece, as most servers do. */
    private static void write(OutputStream output, String framing, byte[] body) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        write(all, "HTTP/1.1 200 OK\r\nServer: rehearsal\r\nContent-Type: text/plain\r\n");
        write(all, framing + "\r\n\r\n");
        all.writeBytes(body);
        all.writeTo(output);
    }

    private static void write(OutputStream output, String text) throws IOException {
        output.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
        http.close();
        echo.close();
    }
}
