package dev.alwayson.e2e.traffic;

import dev.alwayson.app.JavaCommand;
import dev.alwayson.app.demo.DemoServer;
import dev.alwayson.app.demo.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * A web server in a process of its own that answers everything with its name and {@code is well}.
 * It can be killed, started again, frozen and thawed. Used by one thread.
 */
final class ServerProcess implements AutoCloseable {

    private final String name;
    private final int port;
    private Process process;

    private ServerProcess(String name, int port, Process process) {
        this.name = name;
        this.port = port;
        this.process = process;
    }

    /** Starts so many, web1 and on, on free ports of the loopback address; returns at once. */
    static List<ServerProcess> several(int count) throws IOException {
        List<ServerProcess> started = new ArrayList<>();
        for (int port : FreePort.find(count)) {
            String name = "web" + (started.size() + 1);
            started.add(new ServerProcess(name, port, launch(name, port)));
        }
        return started;
    }

    private static Process launch(String name, int port) throws IOException {
        return new ProcessBuilder(command(name, "127.0.0.1", port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** The command that starts such a server, on a host too. */
    static List<String> command(String name, String address, int port) {
        List<String> small = List.of("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        return JavaCommand.with(small, DemoServer.class, List.of(name, address, "" + port));
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    void awaitListening() {
        Patience.await(name + " listens on " + port, this::listens);
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** SIGKILL, and waits until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void startAgain() throws IOException {
        process = launch(name, port);
    }

    /** SIGSTOP: the kernel still accepts for it, and nothing answers. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT after {@link #freeze}. */
    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int code =
                new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
                        .start()
                        .waitFor();
        if (code != 0) {
            throw new IllegalStateException(name + ": SIG" + signal + " could not be sent");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
