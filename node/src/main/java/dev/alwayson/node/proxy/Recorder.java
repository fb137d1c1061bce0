package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.Failure;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.node.proxy.http.Method;
import dev.alwayson.node.proxy.http.RequestHead;
import dev.alwayson.node.proxy.log.AccessEntry;
import dev.alwayson.node.proxy.log.AccessLines;
import dev.alwayson.node.proxy.log.Ending;
import dev.alwayson.node.proxy.log.Phase;
import dev.alwayson.node.proxy.traffic.Endpoint;
import dev.alwayson.node.proxy.traffic.LoopTraffic;
import dev.alwayson.node.proxy.traffic.RequestCell;
import dev.alwayson.node.proxy.traffic.RetryCell;
import dev.alwayson.node.proxy.traffic.RetryKind;
import dev.alwayson.node.proxy.traffic.ServerCell;
import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts and logs what has ended on one event loop. Confined to it; on the steady path it makes no
 * object: counters are found by the identity of what they count.
 */
final class Recorder {

    private final LoopTraffic traffic;
    private final Connections open;
    private final AccessEntry entry = new AccessEntry();

    /** Of a head that did not come whole: made at once, for there may be no memory then. */
    private final byte[] halfLine = new byte[AccessEntry.MAX_REQUEST_LINE];

    /** By route (or, where none took the request, by frontend), then by server (or backend). */
    private final Map<Object, Map<Object, RequestCell>> cells = new HashMap<>();

    Recorder(LoopTraffic traffic, Connections open) {
        this.traffic = traffic;
        this.open = open;
    }

    ServerCell responses(ServerId server) {
        return traffic.server(server);
    }

    RetryCell retries(String backend) {
        return traffic.retries(backend);
    }

    /** Routes and servers may be other objects from now on; what was counted stays counted. */
    void forgetRoutes() {
        cells.clear();
    }

    void retry(LoopBackend backend, Failure failure) {
        backend.retries.count(
                switch (failure) {
                    case CONNECT_FAILED -> RetryKind.CONNECT;
                    case KEPT_CONNECTION_CLOSED -> RetryKind.STALE;
                    case CONNECTION_BROKEN, SERVER_WENT_DOWN -> RetryKind.BROKEN;
                    case TRY_TIMED_OUT -> RetryKind.SLOW;
                    case STATUS -> RetryKind.STATUS;
                });
    }

    void exchange(
            Exchange exchange,
            @Nullable LoopServer server,
            Ending ending,
            Phase phase,
            byte[] reason) {
        Timing timing = exchange.timing();
        LoopFrontend frontend = exchange.client().frontend();
        long total = timing.endNanos - timing.firstByteNanos;
        cell(frontend, exchange.route(), exchange.backend(), server)
                .count(exchange.method(), exchange.status(), total);
        AccessLines lines = frontend.lines();
        if (lines != null) {
            fill(exchange, frontend, server);
            entry.startMillis = System.currentTimeMillis() - total / 1_000_000;
            entry.totalNanos = total;
            entry.ending = ending;
            entry.phase = phase;
            entry.reason = reason;
            lines.write(entry);
        }
    }

    private RequestCell cell(
            LoopFrontend frontend,
            @Nullable RoutePlan route,
            @Nullable LoopBackend backend,
            @Nullable LoopServer server) {
        Object by = route == null ? frontend : route;
        Object at = server != null ? server : backend != null ? backend : frontend;
        Map<Object, RequestCell> ofRoute = cells.get(by);
        RequestCell cell = ofRoute == null ? null : ofRoute.get(at);
        return cell == null ? first(frontend, route, backend, server, by, at) : cell;
    }

    private RequestCell first(
            LoopFrontend frontend,
            @Nullable RoutePlan route,
            @Nullable LoopBackend backend,
            @Nullable LoopServer server,
            Object by,
            Object at) {
        RequestCell cell =
                traffic.requests(
                        frontend.name,
                        route == null ? Endpoint.DEFAULT : route.endpoint(),
                        backend == null ? LoopTraffic.NONE : backend.plan().name(),
                        server == null ? LoopTraffic.NONE : server.load.id.server());
        cells.computeIfAbsent(by, key -> new HashMap<>()).put(at, cell);
        return cell;
    }

    private void fill(Exchange exchange, LoopFrontend frontend, @Nullable LoopServer server) {
        Timing timing = exchange.timing();
        LoopBackend backend = exchange.backend();
        client(exchange.client());
        LoggedRequest logged = exchange.logged();
        entry.client = logged.clientAddress;
        entry.frontend = frontend.nameBytes();
        entry.requestBytes = logged.bytes;
        entry.requestLength = logged.lineLength;
        entry.hostBytes = logged.bytes;
        entry.hostOffset = logged.lineLength;
        entry.hostLength = logged.hostLength;
        entry.hasRequestId = exchange.id().length() > 0; // It may have begun before a reload.
        entry.requestId = exchange.id().bytes();
        entry.requestIdLength = exchange.id().length();
        entry.status = exchange.status();
        entry.bytesRead = timing.bytesRead;
        entry.bytesSent = timing.bytesSent;
        entry.headNanos = timing.headNanos - timing.firstByteNanos;
        entry.queueNanos =
                timing.grantedNanos == Timing.NEVER ? AccessEntry.NOT_REACHED : timing.waitedNanos;
        entry.connectNanos = between(timing.grantedNanos, timing.connectedNanos);
        entry.responseNanos = between(timing.connectedNanos, timing.respondingNanos);
        entry.retries = exchange.retries();
        entry.queueLength = timing.queueLength;
        if (backend != null) {
            entry.backend = backend.nameBytes;
            entry.backendRequests = backend.plan().load().active();
        }
        if (server != null) {
            entry.server = server.load.name;
            entry.serverRequests = server.load.active();
        }
    }

    private static long between(long from, long to) {
        return from == Timing.NEVER || to == Timing.NEVER ? AccessEntry.NOT_REACHED : to - from;
    }

    private void client(ClientConnection client) {
        entry.clear();
        entry.client = client.forwarding().address();
        entry.clientPort = client.port();
        entry.hasRequestId = client.frontend().plan().frontend().requestId();
        entry.connections = open.clients.get();
        entry.frontendConnections = client.frontend().clients();
    }

    /**
     * A request that was not understood.
     *
     * @param bytesRead of it
     * @param bytesSent the answer
     * @param head what was read of it
     */
    void refusal(
            ClientConnection client,
            int status,
            Ending ending,
            byte[] reason,
            long bytesRead,
            long bytesSent,
            RequestHead head) {
        AccessLines lines = headless(client, status, ending, reason, bytesRead, bytesSent);
        if (lines != null) {
            entry.requestBytes = head.bytes();
            entry.requestOffset = head.requestLineOffset();
            entry.requestLength = head.requestLineLength();
            lines.write(entry);
        }
    }

    /**
     * A request whose head came too slowly, or ended half way.
     *
     * @param status 0 if it was not answered
     * @param half what has come of it; left as it is
     * @param bytesSent the answer
     */
    void halfHead(
            ClientConnection client, int status, RequestFailure why, ByteBuf half, long bytesSent) {
        AccessLines lines =
                headless(client, status, why.ending, why.reason(), half.readableBytes(), bytesSent);
        if (lines != null) {
            entry.requestBytes = halfLine;
            entry.requestLength = copyLine(half);
            lines.write(entry);
        }
    }

    /** Copies the first line that is not empty, as far as it is there and the log has room. */
    private int copyLine(ByteBuf half) {
        int from = half.forEachByte(ByteProcessor.FIND_NON_CRLF);
        if (from < 0) {
            return 0;
        }
        int most = Math.min(half.writerIndex() - from, halfLine.length);
        int end = half.forEachByte(from, most, ByteProcessor.FIND_CRLF);
        int length = end < 0 ? most : end - from;
        half.getBytes(from, halfLine, 0, length);
        return length;
    }

    /** Counts it, and fills the entry with all but its line; null if there is no log to write. */
    private @Nullable AccessLines headless(
            ClientConnection client,
            int status,
            Ending ending,
            byte[] reason,
            long bytesRead,
            long bytesSent) {
        long now = System.nanoTime();
        LoopFrontend frontend = client.frontend();
        long total = now - client.firstByteNanos();
        cell(frontend, null, null, null).count(Method.OTHER, status, total);
        AccessLines lines = frontend.lines();
        if (lines != null) {
            client(client);
            entry.frontend = frontend.nameBytes();
            entry.startMillis = System.currentTimeMillis() - total / 1_000_000;
            entry.totalNanos = total;
            entry.status = status;
            entry.ending = ending;
            entry.phase = Phase.REQUEST;
            entry.reason = reason;
            entry.bytesRead = bytesRead;
            entry.bytesSent = bytesSent;
        }
        return lines;
    }
}
