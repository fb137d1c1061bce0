package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.AccessLog;
import dev.alwayson.core.balance.ClientLimits;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.FrontendTimeouts;
import dev.alwayson.core.balance.Limits;
import dev.alwayson.core.balance.Mode;
import dev.alwayson.core.balance.Route;
import dev.alwayson.core.setting.ByteSize;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.setting.Network;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A frontend whose settings can still be changed. */
final class FrontendDraft {

    private final Optional<String> backend;
    List<HostAndPort> bind;
    Mode mode;
    List<Route> routes;
    FrontendTimeouts timeouts;
    Optional<AccessLog> accessLog;
    ByteSize maxBody;
    List<String> upgrade;
    List<Network> trustedProxies;
    boolean requestId;
    Limits limits;
    ClientLimits clients;
    boolean underscoreNames;

    private FrontendDraft(Frontend f) {
        bind = f.bind();
        backend = f.backend();
        mode = f.mode();
        routes = f.routes();
        timeouts = f.timeouts();
        accessLog = f.accessLog();
        maxBody = f.maxBody();
        upgrade = f.upgrade();
        trustedProxies = f.trustedProxies();
        requestId = f.requestId();
        limits = f.limits();
        clients = f.clients();
        underscoreNames = f.underscoreNames();
    }

    /** The frontend with these changes. */
    static Frontend of(Frontend frontend, Consumer<FrontendDraft> changes) {
        FrontendDraft draft = new FrontendDraft(frontend);
        changes.accept(draft);
        return draft.frontend();
    }

    private Frontend frontend() {
        return new Frontend(
                bind,
                mode,
                backend,
                routes,
                timeouts,
                accessLog,
                maxBody,
                upgrade,
                trustedProxies,
                requestId,
                limits,
                clients,
                underscoreNames);
    }
}
