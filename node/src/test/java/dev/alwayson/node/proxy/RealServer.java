package dev.alwayson.node.proxy;

import static java.util.Objects.requireNonNull;

import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.node.proxy.corpus.StrictReading;
import dev.alwayson.node.proxy.corpus.StrictReading.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * A server as others make them, with its standard settings, which answers each request with what it
 * {@link Understood}. nginx and HAProxy tell it by what they pass on to a recorder.
 */
final class RealServer implements AutoCloseable {

    /** Of the loopback device, and where no client's port can be in the way of a server's. */
    private static final String HOST = "127.0.0.7";

    private static final int STOP_SECONDS = 10;

    private interface Part {
        void stop() throws Exception;
    }

    private final String name;
    private final HostAndPort address;
    private final List<Part> parts = new ArrayList<>();

    private RealServer(String name, HostAndPort address) {
        this.name = name;
        this.address = address;
    }

    static RealServer nginx(Path folder) throws IOException {
        RealServer server = new RealServer("nginx", FreeAddress.find(HOST));
        Path file = server.behindIt(folder, "nginx.conf");
        return server.run(
                folder, "nginx", "-e", "stderr", "-p", folder.toString(), "-c", file.toString());
    }

    static RealServer haproxy(Path folder) throws IOException {
        RealServer server = new RealServer("HAProxy", FreeAddress.find(HOST));
        Path file = server.behindIt(folder, "haproxy.cfg");
        return server.run(folder, "haproxy", "-db", "-f", file.toString());
    }

    static RealServer node(Path folder) throws IOException {
        RealServer server = new RealServer("Node", FreeAddress.find(HOST));
        return server.run(folder, "node", server.file(folder, "server.js", "").toString());
    }

    static RealServer jetty() throws Exception {
        Server jetty = new Server();
        ServerConnector connector = new ServerConnector(jetty, 1, 1);
        connector.setHost(HOST);
        jetty.addConnector(connector);
        jetty.setHandler(new Teller());
        jetty.start();
        RealServer server =
                new RealServer("Jetty", new HostAndPort(HOST, connector.getLocalPort()));
        server.parts.add(jetty::stop);
        return server;
    }

    private static final class Teller extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws IOException {
            byte[] body = BufferUtil.toArray(Content.Source.asByteBuffer(request));
            String host = String.join(" and ", request.getHeaders().getValuesList(HttpHeader.HOST));
            String target = request.getHttpURI().getPathQuery();
            response.getHeaders()
                    .put(
                            Understood.LINE,
                            Understood.of(request.getMethod(), target, host, body).toString());
            callback.succeeded();
            return true;
        }
    }

    /** Its configuration as a proxy of a recorder, which is started. */
    private Path behindIt(Path folder, String resource) throws IOException {
        RawServer recorder = RawServer.of(RealServer::record);
        parts.add(recorder::close);
        return file(folder, resource, recorder.address().toString());
    }

    private Path file(Path folder, String resource, String recorder) throws IOException {
        try (InputStream in =
                requireNonNull(RealServer.class.getResourceAsStream("/servers/" + resource))) {
            String text =
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .replace("${address}", address.toString())
                            .replace("${recorder}", recorder);
            return Files.writeString(folder.resolve(resource), text);
        }
    }

    /** Tells of each whole request what it is by the letter, and asks for the body if it must. */
    private static void record(RawServer.Peer peer) throws IOException {
        StringBuilder came = new StringBuilder();
        int answered = 0;
        boolean asked = false;
        byte[] buffer = new byte[1 << 16];
        for (int length = peer.in.read(buffer); length >= 0; length = peer.in.read(buffer)) {
            came.append(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
            StrictReading reading = StrictReading.requests(came.toString());
            for (Message request :
                    reading.messages().subList(answered, reading.messages().size())) {
                answered++;
                asked = false;
                String line = Understood.LINE + ": " + Understood.of(request);
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + line + "\r\n\r\n");
            }
            boolean waits =
                    reading.begun().filter(head -> !head.values("expect").isEmpty()).isPresent();
            if (waits && !asked) {
                asked = true;
                peer.send("HTTP/1.1 100 Continue\r\n\r\n");
            }
        }
    }

    private RealServer run(Path folder, String... command) throws IOException {
        Path log = folder.resolve(command[0] + ".log");
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        parts.addFirst(() -> stop(process));
        try {
            Rig.eventually(name + " accepts", () -> accepts() || !process.isAlive());
            if (!process.isAlive()) {
                throw new IOException(name + " has ended: " + Files.readString(log));
            }
            return this;
        } catch (IOException | AssertionError e) {
            close();
            throw e;
        }
    }

    private boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.ofLiteral(HOST), address.port()), 1000);
            return true;
        } catch (IOException e) {
            return false; // It has not begun to listen.
        }
    }

    private static void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    HostAndPort address() {
        return address;
    }

    RawClient client() throws IOException {
        return new RawClient(InetAddress.ofLiteral(HOST), address.port());
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() {
        for (Part part : parts) {
            try {
                part.stop();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (Exception e) {
                throw new IllegalStateException(name, e);
            }
        }
    }
}
