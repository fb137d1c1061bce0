package dev.alwayson.app.demo;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;

/**
 * A small web server to try a balancer with: it says its name to every request, is asked for its
 * health at {@code /health}, and takes an {@link Ailment} by {@code POST /ailment/…}. It starts
 * quickly, runs in 32 MB, and serves each connection on a virtual thread.
 */
public final class DemoServer implements AutoCloseable {

    private static final String AILMENT = "/ailment/";
    private static final int BACKLOG = 1024;

    private final String name;
    private final ServerSocket listener;
    private volatile Ailment ailment = new Ailment.None();

    private DemoServer(String name, ServerSocket listener) {
        this.name = name;
        this.listener = listener;
    }

    /** NAME ADDRESS PORT: serves until it is killed. */
    public static void main(String[] arguments) throws IOException {
        InetSocketAddress address =
                new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2]));
        try (DemoServer server = start(arguments[0], address)) {
            server.serve();
        }
    }

    /** The JVM options that keep it small and quick to start. */
    static List<String> jvmOptions() {
        return List.of(
                "-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");
    }

    /**
     * Listens on the loopback address; {@link #serve} answers.
     *
     * @param port 0 takes any free one
     */
    static DemoServer start(String name, int port) throws IOException {
        return start(name, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private static DemoServer start(String name, InetSocketAddress address) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.bind(address, BACKLOG);
        return new DemoServer(name, listener);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Accepts until {@link #close}. */
    void serve() throws IOException {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> answerAll(socket));
            } catch (SocketException e) {
                if (!listener.isClosed()) {
                    throw e;
                }
            }
        }
    }

    private void answerAll(Socket socket) {
        try (socket;
                InputStream input = new BufferedInputStream(socket.getInputStream());
                OutputStream output = socket.getOutputStream()) {
            socket.setTcpNoDelay(true);
            boolean more = true;
            while (more) {
                DemoRequest request = DemoRequest.read(input);
                more = request != null && answer(request, output);
            }
        } catch (SocketException gone) {
            // The client went away: nobody is left to be told.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @return whether the connection may be used again
     */
    private boolean answer(DemoRequest request, OutputStream output) throws IOException {
        if (request.method().equals("POST") && request.path().startsWith(AILMENT)) {
            return takeAilment(request, output);
        }
        int status =
                switch (ailment) {
                    case Ailment.None _ -> 200;
                    case Ailment.Errors _ -> 500;
                    case Ailment.Slow slow -> {
                        pause(slow.delay().toMillis());
                        yield 200;
                    }
                };
        request.reply(output, status, name, name + (status == 200 ? " is well\n" : " is ill\n"));
        return request.keepAlive();
    }

    private boolean takeAilment(DemoRequest request, OutputStream output) throws IOException {
        try {
            ailment = Ailment.parse(request.path().substring(AILMENT.length()));
            request.reply(output, 200, name, ailment.text() + "\n");
        } catch (IllegalArgumentException e) {
            request.reply(output, 400, name, e.getMessage() + "\n");
        }
        return request.keepAlive();
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
