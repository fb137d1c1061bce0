package dev.alwayson.app.demo;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Clients that do what clients do, the usual often and the rare now and then: what a JVM compiles
 * is made for what it has seen, and thrown away when something else happens.
 */
final class RehearsedClients {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Who has not ended so long after the time waits for ever. */
    private static final Duration LONGEST_END = Duration.ofSeconds(60);

    private static final int CLIENTS = 64;

    /** More than a loop keeps buffers of one size at hand for (256, Netty's smallCacheSize). */
    private static final int CROWD = 300;

    private static final int SMALL = 100;
    private static final int MIDDLE = 10 << 10;
    private static final int LARGE = 1 << 20;

    private final int http;
    private final int tcp;
    private final int admin;

    /** The ports of a node: of its HTTP and its TCP frontend, and of its admin server. */
    RehearsedClients(int http, int tcp, int admin) {
        this.http = http;
        this.tcp = tcp;
        this.admin = admin;
    }

    /** What one of them does. */
    private interface Part {
        void play() throws IOException, InterruptedException;
    }

    /**
     * @throws IOException if a request that should be answered was not, or a client has not ended a
     *     minute after the time
     */
    void work(Duration time) throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        List<Callable<@Nullable Void>> clients = new ArrayList<>();
        clients.add(() -> play(this::operator, end));
        clients.add(() -> play(this::crowd, end));
        for (int i = 0; i < CLIENTS; i++) {
            Iterator<Part> parts = parts(i);
            clients.add(() -> play(() -> parts.next().play(), end));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long most = time.plus(LONGEST_END).toSeconds();
            for (Future<@Nullable Void> client :
                    threads.invokeAll(clients, most, TimeUnit.SECONDS)) {
                client.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a client of the rehearsal failed: " + e.getCause(), e);
        } catch (CancellationException e) {
            throw new IOException("a client of the rehearsal has not ended", e);
        }
    }

    private static @Nullable Void play(Part part, long endNanos)
            throws IOException, InterruptedException {
        while (System.nanoTime() - endNanos < 0) {
            part.play();
        }
        return null;
    }

    /** For ever: every other part is the usual one. */
    private Iterator<Part> parts(int first) {
        List<Part> rare =
                List.of(
                        () -> kept(MIDDLE, 20),
                        () -> kept(LARGE, 2),
                        this::slowReader,
                        this::uploads,
                        this::pipelined,
                        this::leaves,
                        this::servers,
                        this::tunnels,
                        this::refused,
                        this::closing,
                        this::closing,
                        this::closing,
                        this::closing);
        return IntStream.iterate(first, i -> i + 1)
                .mapToObj(i -> rare.get(i % rare.size()))
                .mapMulti((Part part, Consumer<Part> next) -> {
                    next.accept(() -> kept(SMALL, 100));
                    next.accept(part);
                })
                .iterator();
    }

    private void operator() throws IOException, InterruptedException {
        for (String page : List.of("/health", "/metrics", "/api/v1/status")) {
            answered(HttpConnection.once(admin, PATIENCE, "GET", page, ""));
        }
        Thread.sleep(1000);
    }

    /** Many that come at once, and wait for their answers together. */
    private void crowd() throws IOException, InterruptedException {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < CROWD; i++) {
                Socket socket = new Socket();
                sockets.add(socket);
                HttpConnection.connect(socket, http, PATIENCE);
                send(socket, get("/late/" + SMALL, "close"));
            }
            for (Socket socket : sockets) {
                answered(readAll(socket));
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        Thread.sleep(200);
    }

    private static void answered(String answer) throws IOException {
        if (!answer.startsWith("HTTP/1.1 200 ")) {
            throw new IOException("%.40s".formatted(answer));
        }
    }

    private void kept(int size, int requests) throws IOException {
        try (HttpConnection connection = HttpConnection.open(http, PATIENCE)) {
            for (int i = 0; i < requests; i++) {
                answered(connection.send("GET", "/whole/" + size, "", true));
            }
        }
    }

    private void closing() throws IOException {
        for (int i = 0; i < 30; i++) {
            answered(HttpConnection.once(http, PATIENCE, "GET", "/whole/" + SMALL, ""));
        }
    }

    private static void answered(HttpAnswer answer) throws IOException {
        if (answer.status() != 200) {
            throw new IOException(answer.toString());
        }
    }

    private void slowReader() throws IOException, InterruptedException {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            HttpConnection.connect(socket, http, PATIENCE);
            send(socket, get("/whole/" + LARGE, "close"));
            Thread.sleep(5);
            readAll(socket);
        }
    }

    private void uploads() throws IOException, InterruptedException {
        try (HttpConnection connection = HttpConnection.open(http, PATIENCE)) {
            answered(connection.send("PUT", "/whole/10", "x".repeat(SMALL), true));
            answered(connection.send("PUT", "/whole/10", "x".repeat(300_000), false));
        }
        String chunk = "1000\r\n" + "y".repeat(4096) + "\r\n";
        String head = get("/whole/10", "close").replace("GET", "POST");
        String chunked = head.replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n");
        send(http, chunked + chunk.repeat(20) + "0\r\n\r\n", Then.READ);
    }

    private void pipelined() throws InterruptedException {
        for (int size : List.of(SMALL, MIDDLE)) {
            String request = get("/whole/" + size, "keep-alive");
            send(http, request.repeat(60) + get("/whole/1", "close"), Then.READ);
        }
    }

    private void leaves() throws InterruptedException {
        for (String path : List.of("/whole/" + SMALL, "/whole/" + LARGE, "/until-close/" + LARGE)) {
            String whole = get(path, "keep-alive");
            String part = whole.substring(0, whole.length() - 2);
            String body = "PUT " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc";
            for (String text : List.of("", part, body, whole, whole.repeat(3))) {
                send(http, text, Then.END_AND_READ);
                send(http, text, Then.RESET);
                send(http, text, Then.WAIT_AND_RESET);
            }
        }
    }

    private void servers() throws IOException, InterruptedException {
        for (String path : List.of("/chunks/100", "/chunks/10000", "/until-close/100")) {
            answered(HttpConnection.once(http, PATIENCE, "GET", path, ""));
        }
        for (String path : List.of("/cut/100", "/cut/100000", "/silent")) {
            send(http, get(path, "close"), Then.READ);
        }
        for (String method : List.of("HEAD", "OPTIONS", "DELETE")) {
            send(http, get("/whole/100", "close").replace("GET", method), Then.READ);
        }
    }

    private void tunnels() throws IOException, InterruptedException {
        String upgrade =
                get("/echo", "Upgrade").replace("\r\n\r\n", "\r\nUpgrade: websocket\r\n\r\n");
        saidBack("hello", send(http, upgrade + "hello", Then.END_AND_READ));
        for (int size : List.of(0, SMALL, LARGE / 4)) {
            String text = "z".repeat(size);
            saidBack(text, send(tcp, text, Then.END_AND_READ));
            send(tcp, text, Then.WAIT_AND_RESET);
        }
    }

    private static void saidBack(String text, String heard) throws IOException {
        if (!heard.endsWith(text)) {
            throw new IOException(
                    "a tunnel: %d characters went in, and back came '%.40s'"
                            .formatted(text.length(), heard));
        }
    }

    private void refused() throws InterruptedException {
        for (String request :
                List.of(
                        "nonsense\r\n\r\n",
                        "GET / HTTP/1.1\r\n\r\n",
                        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
                        "GET /" + "x".repeat(9000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(40_000) + "\r\n\r\n",
                        "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\n")) {
            send(http, request, Then.READ);
        }
    }

    private static String get(String path, String connection) {
        return "GET "
                + path
                + " HTTP/1.1\r\nHost: rehearsal:8080\r\nUser-Agent: curl/8\r\nAccept: */*\r\nConnection: "
                + connection
                + "\r\n\r\n";
    }

    /** What a client does when it has sent. */
    private enum Then {
        READ,
        END_AND_READ,
        RESET,
        WAIT_AND_RESET
    }

    /**
     * @return what came back; empty if the node broke off, as it may
     */
    private static String send(int port, String text, Then then) throws InterruptedException {
        try (Socket socket = new Socket()) {
            HttpConnection.connect(socket, port, PATIENCE);
            send(socket, text);
            switch (then) {
                case READ -> {
                    return readAll(socket);
                }
                case END_AND_READ -> {
                    socket.shutdownOutput();
                    return readAll(socket);
                }
                case RESET -> socket.setSoLinger(true, 0);
                case WAIT_AND_RESET -> {
                    Thread.sleep(5);
                    socket.setSoLinger(true, 0);
                }
            }
            return "";
        } catch (IOException broken) {
            return "";
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
}
