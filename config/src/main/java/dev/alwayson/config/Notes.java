package dev.alwayson.config;

import dev.alwayson.core.balance.AccessLog;
import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.Mode;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.setting.HostAndPort;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What an operator would want to know of a file that breaks no rule. */
final class Notes {

    private record Log(SettingPath path, AccessLog.Format format) {}

    private static final List<SettingPath> OF_REQUESTS =
            List.of(
                    SettingPath.of("retries"),
                    SettingPath.of("timeouts", "response"),
                    SettingPath.of("timeouts", "try"),
                    SettingPath.of("eject", "on-status"));

    private Notes() {}

    static void check(Draft draft) {
        draft.each(Frontend.class, (path, frontend) -> routes(draft, path, frontend));
        draft.configuration().ifPresent(configuration -> unused(draft, configuration));
        draft.configuration().ifPresent(configuration -> byTcpAlone(draft, configuration));
        draft.each(Backend.class, (path, backend) -> servers(draft, path, backend));
        logs(draft);
    }

    private static void routes(Draft draft, SettingPath path, Frontend frontend) {
        Covered covered = new Covered();
        SettingPath routes = path.key("routes");
        for (int i = 0; i < frontend.routes().size(); i++) {
            SettingPath route = routes.element(i);
            covered.by(frontend.routes().get(i), i)
                    .ifPresent(earlier ->
                            draft.note(
                                    route,
                                    "takes no request: "
                                            + routes.element(earlier)
                                            + " comes first and takes them all; put it before that"
                                            + " one, or remove it"));
        }
    }

    private static void unused(Draft draft, Configuration configuration) {
        Map<String, Backend> all = configuration.backends();
        Set<String> used = new LinkedHashSet<>();
        configuration.frontends().values().forEach(f -> used.addAll(LeadsTo.from(f, all)));
        for (String name : all.keySet()) {
            if (!used.contains(name)) {
                draft.note(
                        References.BACKENDS.key(name),
                        "no frontend leads to it: its servers are checked and get no requests;"
                                + " name it in a frontend, or remove it");
            }
        }
    }

    private static void logs(Draft draft) {
        Map<Object, Log> first = new HashMap<>();
        draft.each(
                AccessLog.class,
                (path, log) -> {
                    Log other =
                            first.putIfAbsent(
                                    FileIdentity.of(log.file()), new Log(path, log.format()));
                    if (other != null
                            && other.format() != log.format()
                            && LogTarget.keeps(log.file())) {
                        draft.note(
                                path,
                                "writes to the file of "
                                        + other.path()
                                        + " in another format: who reads it meets lines of both;"
                                        + " give them one format, or a file each");
                    }
                });
    }

    /** What is about requests and their answers, and a connection has none of. */
    private static void byTcpAlone(Draft draft, Configuration configuration) {
        Map<String, Backend> all = configuration.backends();
        Set<String> backends = new LinkedHashSet<>(all.keySet());
        backends.retainAll(ledTo(configuration, Mode.TCP));
        backends.removeAll(ledTo(configuration, Mode.HTTP));
        for (String name : backends) {
            for (SettingPath setting : OF_REQUESTS) {
                SettingPath path = References.BACKENDS.key(name).below(setting);
                if (draft.given(path)) {
                    draft.note(
                            path,
                            "has no effect: it is about HTTP, and only tcp frontends lead to this"
                                    + " backend; remove it");
                }
            }
        }
    }

    private static Set<String> ledTo(Configuration configuration, Mode mode) {
        Set<String> backends = new HashSet<>();
        for (Frontend frontend : configuration.frontends().values()) {
            if (frontend.mode() == mode) {
                backends.addAll(LeadsTo.from(frontend, configuration.backends()));
            }
        }
        return backends;
    }

    private static void servers(Draft draft, SettingPath path, Backend backend) {
        Map<HostAndPort, String> first = new HashMap<>();
        backend.servers()
                .forEach((name, server) -> {
                    String other = first.putIfAbsent(server.address(), name);
                    if (other != null) {
                        draft.note(
                                path.key("servers", name),
                                "has the address of "
                                        + other
                                        + ": it is one server that gets twice its share, and a retry may"
                                        + " meet it again; remove it, or give "
                                        + other
                                        + " a weight");
                    }
                });
    }
}
