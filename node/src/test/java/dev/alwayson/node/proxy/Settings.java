package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.AccessLog;
import dev.alwayson.core.balance.Answer;
import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.BackendTimeouts;
import dev.alwayson.core.balance.Balance;
import dev.alwayson.core.balance.ClientLimits;
import dev.alwayson.core.balance.Eject;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.FrontendTimeouts;
import dev.alwayson.core.balance.Mode;
import dev.alwayson.core.balance.Retries;
import dev.alwayson.core.balance.Route;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.WhenDown;
import dev.alwayson.core.setting.ByteSize;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.setting.Network;
import dev.alwayson.core.setting.Percent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Records of the configuration with one setting changed. */
final class Settings {

    private Settings() {}

    static Backend unchecked(Backend b) {
        return BackendDraft.of(b, draft -> draft.healthCheck = Optional.empty());
    }

    static Backend checked(Backend b) {
        return BackendDraft.of(
                b, draft -> draft.healthCheck = Backend.of(b.servers()).healthCheck());
    }

    static Backend balance(Backend b, Balance balance) {
        return BackendDraft.of(b, draft -> draft.balance = balance);
    }

    static Backend retries(Backend b, Retries retries) {
        return BackendDraft.of(b, draft -> draft.retries = retries);
    }

    static Backend timeouts(
            Backend b, Duration connect, Duration response, Duration attempt, Duration queue) {
        return BackendDraft.of(
                b,
                draft -> draft.timeouts = new BackendTimeouts(connect, response, attempt, queue));
    }

    /** A server has minutes for each step. */
    static Backend connectingForLong(Backend b) {
        Duration longer = Duration.ofMinutes(5);
        return timeouts(b, longer, longer, longer, longer);
    }

    /** Has health checks, and so long for a connection that they are what ends it. */
    static Backend checkedAndConnectingForLong(Backend b) {
        return checked(connectingForLong(b));
    }

    static Backend whenDown(Backend b, WhenDown whenDown) {
        return BackendDraft.of(b, draft -> draft.whenDown = Optional.of(whenDown));
    }

    static Backend redirecting(Backend b) {
        return BackendDraft.of(b, draft -> draft.answer = Answer.REDIRECT);
    }

    static Backend maxQueue(Backend b, int maxQueue) {
        return BackendDraft.of(b, draft -> draft.maxQueue = maxQueue);
    }

    static Backend eject(Backend b, Eject eject) {
        return BackendDraft.of(b, draft -> draft.eject = Optional.of(eject));
    }

    static Backend panic(Backend b, Percent threshold) {
        return BackendDraft.of(b, draft -> draft.panic = threshold);
    }

    static Backend servers(Backend b, UnaryOperator<Server> change) {
        return BackendDraft.of(
                b, draft -> draft.servers.replaceAll((_, server) -> change.apply(server)));
    }

    static Backend also(Backend b, String name, Server server) {
        return BackendDraft.of(b, draft -> draft.servers.put(name, server));
    }

    static Server maxConnections(Server s, int limit) {
        return new Server(s.address(), s.weight(), limit, s.slowStart(), s.backup());
    }

    static Server backup(Server s) {
        return new Server(s.address(), s.weight(), s.maxConnections(), s.slowStart(), true);
    }

    static Frontend bind(Frontend f, HostAndPort... addresses) {
        return FrontendDraft.of(f, draft -> draft.bind = List.of(addresses));
    }

    static Frontend tcp(Frontend f) {
        return FrontendDraft.of(f, draft -> draft.mode = Mode.TCP);
    }

    static Frontend routes(Frontend f, List<Route> routes) {
        return FrontendDraft.of(f, draft -> draft.routes = routes);
    }

    static Frontend timeouts(Frontend f, Duration head, Duration idle) {
        return FrontendDraft.of(
                f,
                draft -> draft.timeouts = new FrontendTimeouts(head, idle, f.timeouts().tunnel()));
    }

    static Frontend tunnel(Frontend f, Duration tunnel) {
        FrontendTimeouts t = f.timeouts();
        return FrontendDraft.of(
                f,
                draft -> draft.timeouts = new FrontendTimeouts(t.requestHead(), t.idle(), tunnel));
    }

    static Frontend logged(Frontend f, Path file) {
        AccessLog log = new AccessLog(file, AccessLog.Format.JSON);
        return FrontendDraft.of(f, draft -> draft.accessLog = Optional.of(log));
    }

    static Frontend loggedAsHaproxy(Frontend f, Path file) {
        AccessLog log = new AccessLog(file, AccessLog.Format.HAPROXY);
        return FrontendDraft.of(f, draft -> draft.accessLog = Optional.of(log));
    }

    static Frontend maxBody(Frontend f, ByteSize maxBody) {
        return FrontendDraft.of(f, draft -> draft.maxBody = maxBody);
    }

    static Frontend websocket(Frontend f) {
        return FrontendDraft.of(f, draft -> draft.upgrade = List.of("websocket"));
    }

    /** The test's clients are proxies that are believed. */
    static Frontend trusting(Frontend f) {
        return FrontendDraft.of(
                f, draft -> draft.trustedProxies = List.of(Network.parse("127.0.0.0/8")));
    }

    static Frontend requestId(Frontend f, boolean on) {
        return FrontendDraft.of(f, draft -> draft.requestId = on);
    }

    static Frontend clients(Frontend f, ClientLimits clients) {
        return FrontendDraft.of(f, draft -> draft.clients = clients);
    }
}
