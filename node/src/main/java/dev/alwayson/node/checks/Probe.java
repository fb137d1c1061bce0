package dev.alwayson.node.checks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.alwayson.core.setting.DurationText;
import dev.alwayson.core.setting.StatusRange;
import dev.alwayson.core.target.HealthCheck;
import dev.alwayson.core.target.ProbeResult;
import dev.alwayson.core.target.Target;
import dev.alwayson.node.shortage.Shortage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One probe of one target, on a thread of its own that may wait. One deadline, the check's timeout,
 * bounds all of it from the resolution of the name on.
 *
 * <p>How it leaves. A TCP probe resets its connection (RST), as HAProxy's does: nothing was sent,
 * and neither side keeps the connection in TIME_WAIT, which for 500 probes a second would be 30,000
 * of them. An HTTP probe asks the server to close, and first reads its answer to the end, so that a
 * server that still writes does not meet an error; then it resets too, unless the server has
 * closed. What has not ended by the deadline or within 64 KiB is not waited for.
 */
final class Probe implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Probe.class);

    private final Target target;
    private final HealthCheck check;
    private final Names names;
    private final Deadline deadline;

    /** Asks the target itself, whatever proxy the machine is set to; looking for one costs, too. */
    private final Socket socket = new Socket(Proxy.NO_PROXY);

    private final Wire wire;
    private long began = System.nanoTime();
    private @Nullable InetSocketAddress address;
    private @Nullable Body body;

    Probe(Target target, Names names) {
        this.target = target;
        this.check = target.check();
        this.names = names;
        deadline = Deadline.after(check.timeout());
        wire = new Wire(socket, deadline);
    }

    /**
     * Finds out about the target.
     *
     * @throws ProbeNotMade if nothing could be found out
     */
    ProbeResult run() throws ProbeNotMade, InterruptedException {
        try {
            connect();
            Optional<String> path = check.http();
            return result(true, path.isPresent() ? ask(path.get()) : "connected");
        } catch (ProbeFailure e) {
            return result(false, e.reason());
        } catch (IOException e) {
            Optional<Shortage> lacking = Shortage.behind(e, address);
            if (lacking.isPresent()) {
                throw new ProbeNotMade(lacking.get(), e);
            }
            return result(false, reason(e));
        }
    }

    private void connect() throws IOException, ProbeFailure, InterruptedException {
        InetAddress host = names.address(target.address().host(), deadline);
        InetSocketAddress to = new InetSocketAddress(host, target.address().port());
        address = to;
        began = System.nanoTime();
        socket.connect(to, deadline.remainingMillis());
    }

    private String ask(String path) throws IOException, ProbeFailure {
        socket.getOutputStream().write(request(path));
        Head head = Head.read(wire);
        Body answer = new Body(wire, head, check.method());
        body = answer;
        if (check.expectStatus().stream().noneMatch(range -> range.contains(head.status()))) {
            throw new ProbeFailure("status " + head.status() + ", expected " + expected());
        }
        if (check.expectText().isPresent()) {
            String text = check.expectText().get();
            if (!answer.contains(text.getBytes(UTF_8))) {
                throw new ProbeFailure("text \"" + text + "\" not in the body");
            }
        }
        return "status " + head.status();
    }

    private byte[] request(String path) {
        boolean mayHaveBody =
                switch (check.method()) {
                    case "POST", "PUT", "PATCH" -> true;
                    default -> false;
                };
        String text =
                check.method()
                        + (" " + path + " HTTP/1.1\r\nHost: ")
                        + check.host().orElseGet(target.address()::toString)
                        + "\r\nUser-Agent: AlwaysOn-Check\r\nAccept: */*\r\nConnection: close\r\n"
                        + (mayHaveBody ? "Content-Length: 0\r\n\r\n" : "\r\n");
        return text.getBytes(ISO_8859_1);
    }

    private String expected() {
        return check.expectStatus().stream()
                .map(StatusRange::toString)
                .collect(Collectors.joining(", "));
    }

    private String reason(IOException e) {
        return e instanceof SocketTimeoutException
                ? "no answer within " + DurationText.format(check.timeout())
                : String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    }

    private ProbeResult result(boolean success, String reason) {
        return new ProbeResult(success, reason, Duration.ofNanos(System.nanoTime() - began));
    }

    /** Lets a server that works on its answer finish it. The result is known before. */
    void leave() {
        if (body == null || socket.isClosed()) {
            return;
        }
        try {
            body.skip();
        } catch (IOException e) {
            LOG.debug("{} did not end its answer to a check: {}", target.address(), reason(e));
        } catch (ProbeFailure e) {
            LOG.debug("{} did not end its answer to a check: {}", target.address(), e.reason());
        }
    }

    @Override
    public void close() throws IOException {
        try (socket) {
            if (socket.isConnected() && !socket.isClosed() && !wire.ended()) {
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        }
    }
}
