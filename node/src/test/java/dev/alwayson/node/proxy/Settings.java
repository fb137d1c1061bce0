package dev.alwayson.node.proxy;

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
import dev.alwayson.core.setting.Percent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Records of the configuration with one setting changed. */
final class Settings {

    private Settings() {}

    static Backend unchecked(Backend b) {
        return new Backend(
                b.servers(),
                b.balance(),
                Optional.empty(),
                b.retries(),
                b.timeouts(),
                b.whenDown(),
                b.maxQueue(),
                b.answer(),
                b.eject(),
                b.panic());
    }

    static Backend checked(Backend b) {
        return new Backend(
                b.servers(),
                b.balance(),
                Backend.of(b.servers()).healthCheck(),
                b.retries(),
                b.timeouts(),
                b.whenDown(),
                b.maxQueue(),
                b.answer(),
                b.eject(),
                b.panic());
    }

    static Backend balance(Backend b, Balance balance) {
        return new Backend(
                b.servers(),
                balance,
                b.healthCheck(),
                b.retries(),
                b.timeouts(),
                b.whenDown(),
                b.maxQueue(),
                b.answer(),
                b.eject(),
                b.panic());
    }

    static Backend retries(Backend b, Retries retries) {
        return new Backend(
                b.servers(),
                b.balance(),
                b.healthCheck(),
                retries,
                b.timeouts(),
                b.whenDown(),
                b.maxQueue(),
                b.answer(),
                b.eject(),
                b.panic());
    }

    static Backend timeouts(
            Backend b, Duration connect, Duration response, Duration attempt, Duration queue) {
        return new Backend(
                b.servers(),
                b.balance(),
                b.healthCheck(),
                b.retries(),
                new BackendTimeouts(connect, response, attempt, queue),
                b.whenDown(),
                b.maxQueue(),
                b.answer(),
                b.eject(),
                b.panic());
    }

    static Backend whenDown(Backend b, WhenDown whenDown) {
        return new Backend(
                b.servers(),
                b.balance(),
                b.healthCheck(),
                b.retries(),
                b.timeouts(),
                Optional.of(whenDown),
                b.maxQueue(),
                b.answer(),
                b.eject(),
                b.panic());
    }

    static Backend redirecting(Backend b) {
        return new Backend(
                b.servers(),
                b.balance(),
                b.healthCheck(),
                b.retries(),
                b.timeouts(),
                b.whenDown(),
                b.maxQueue(),
                Answer.REDIRECT,
                b.eject(),
                b.panic());
    }

    static Backend maxQueue(Backend b, int maxQueue) {
        return new Backend(
                b.servers(),
                b.balance(),
                b.healthCheck(),
                b.retries(),
                b.timeouts(),
                b.whenDown(),
                maxQueue,
                b.answer(),
                b.eject(),
                b.panic());
    }

    static Backend eject(Backend b, Eject eject) {
        return new Backend(
                b.servers(),
                b.balance(),
                b.healthCheck(),
                b.retries(),
                b.timeouts(),
                b.whenDown(),
                b.maxQueue(),
                b.answer(),
                Optional.of(eject),
                b.panic());
    }

    static Backend panic(Backend b, Percent threshold) {
        return new Backend(
                b.servers(),
                b.balance(),
                b.healthCheck(),
                b.retries(),
                b.timeouts(),
                b.whenDown(),
                b.maxQueue(),
                b.answer(),
                b.eject(),
                threshold);
    }

    static Backend servers(Backend b, UnaryOperator<Server> change) {
        Map<String, Server> servers = new LinkedHashMap<>();
        b.servers().forEach((name, server) -> servers.put(name, change.apply(server)));
        return new Backend(
                servers,
                b.balance(),
                b.healthCheck(),
                b.retries(),
                b.timeouts(),
                b.whenDown(),
                b.maxQueue(),
                b.answer(),
                b.eject(),
                b.panic());
    }

    static Server maxConnections(Server s, int limit) {
        return new Server(s.address(), s.weight(), limit, s.slowStart(), s.backup());
    }

    static Frontend tcp(Frontend f) {
        return change(f, Mode.TCP, f.routes(), f.timeouts(), f.maxBody(), f.upgrade());
    }

    static Frontend routes(Frontend f, List<Route> routes) {
        return change(f, f.mode(), routes, f.timeouts(), f.maxBody(), f.upgrade());
    }

    static Frontend timeouts(Frontend f, Duration head, Duration idle) {
        return change(
                f,
                f.mode(),
                f.routes(),
                new FrontendTimeouts(head, idle, f.timeouts().tunnel()),
                f.maxBody(),
                f.upgrade());
    }

    static Frontend maxBody(Frontend f, ByteSize maxBody) {
        return change(f, f.mode(), f.routes(), f.timeouts(), maxBody, f.upgrade());
    }

    static Frontend websocket(Frontend f) {
        return change(f, f.mode(), f.routes(), f.timeouts(), f.maxBody(), List.of("websocket"));
    }

    static Frontend clients(Frontend f, ClientLimits clients) {
        return new Frontend(
                f.bind(),
                f.mode(),
                f.backend(),
                f.routes(),
                f.timeouts(),
                f.accessLog(),
                f.maxBody(),
                f.upgrade(),
                f.trustedProxies(),
                f.limits(),
                clients,
                f.underscoreNames());
    }

    private static Frontend change(
            Frontend f,
            Mode mode,
            List<Route> routes,
            FrontendTimeouts timeouts,
            ByteSize maxBody,
            List<String> upgrade) {
        return new Frontend(
                f.bind(),
                mode,
                f.backend(),
                routes,
                timeouts,
                f.accessLog(),
                maxBody,
                upgrade,
                f.trustedProxies(),
                f.limits(),
                f.clients(),
                f.underscoreNames());
    }
}
