package dev.alwayson.config;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.Mode;
import dev.alwayson.core.balance.Route;
import dev.alwayson.core.balance.WhenDown;
import dev.alwayson.core.setting.NearestWord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Every frontend leads somewhere, and every backend that is named exists and has servers. */
final class References {

    static final SettingPath FRONTENDS = SettingPath.of("frontends");
    static final SettingPath BACKENDS = SettingPath.of("backends");

    private static final int MAX_NAMED = 5;

    private final Draft draft;
    private final Set<String> backends;

    private References(Draft draft) {
        this.draft = draft;
        this.backends = new LinkedHashSet<>(draft.keysBelow(BACKENDS));
    }

    static void check(Draft draft) {
        References references = new References(draft);
        references.frontends();
        draft.each(Frontend.class, references::frontend);
        draft.each(
                Route.class,
                (path, route) -> references.exists(path.key("backend"), route.backend()));
        draft.each(Backend.class, references::backend);
        draft.each(
                WhenDown.class,
                (path, whenDown) ->
                        whenDown.backend()
                                .ifPresent(name -> references.exists(path.key("backend"), name)));
        draft.configuration().ifPresent(c -> references.circles(c.backends()));
    }

    /** A file without frontends was most likely cut short; who wants none says so. */
    private void frontends() {
        if (!draft.given(FRONTENDS) && draft.sound(FRONTENDS)) {
            draft.report(
                    FRONTENDS,
                    "must be given, as in web: {bind: ':8080', backend: shop}; {} means none");
        }
    }

    private void frontend(SettingPath path, Frontend frontend) {
        if (frontend.bind().isEmpty() && draft.sound(path.key("bind"))) {
            draft.report(path.key("bind"), "missing", "must be given, as in bind: :8080");
        }
        SettingPath backend = path.key("backend");
        frontend.backend().ifPresent(name -> exists(backend, name));
        if (frontend.backend().isEmpty()
                && (frontend.mode() == Mode.TCP || frontend.routes().isEmpty())
                && draft.sound(backend)
                && draft.sound(path.key("routes"))
                && draft.sound(path.key("mode"))) {
            String rule =
                    frontend.mode() == Mode.TCP
                            ? "must name the backend that connections go to"
                            : "must name the backend that requests go to, or there must be routes";
            draft.report(backend, rule);
        }
    }

    private void backend(SettingPath path, Backend backend) {
        SettingPath servers = path.key("servers");
        if (backend.servers().isEmpty() && draft.sound(servers)) {
            String value = draft.given(servers) ? "{}" : "missing";
            draft.report(servers, value, "must name at least one, as in web1: 10.0.0.1:80");
        }
    }

    private void exists(SettingPath path, String name) {
        boolean unknowable = backends.isEmpty() && !draft.sound(BACKENDS);
        if (backends.contains(name) || unknowable || !draft.sound(path)) {
            return;
        }
        if (Names.ofDatabase(name)) {
            draft.report(path, "is of a form that comes with databases: " + LaterWord.RULE);
            return;
        }
        Optional<String> meant = NearestWord.to(name, backends);
        String which = meant.isPresent() || backends.isEmpty() ? "" : ": " + someBackends();
        draft.report(path, "must be one of the backends" + which, meant);
    }

    private String someBackends() {
        String first = backends.stream().limit(MAX_NAMED).collect(Collectors.joining(", "));
        int left = backends.size() - MAX_NAMED;
        return left > 0 ? first + " and " + left + " more" : first;
    }

    /** Tells each circle of stand-ins once, where the way into it ends. */
    private void circles(Map<String, Backend> all) {
        Set<String> walked = new HashSet<>();
        for (String start : all.keySet()) {
            List<String> way = new ArrayList<>();
            Optional<String> next = Optional.of(start);
            while (next.isPresent() && walked.add(next.get())) {
                way.add(next.get());
                next = StandIn.of(next.get(), all);
            }
            next.filter(way::contains).ifPresent(name -> circle(way, name));
        }
    }

    private void circle(List<String> way, String name) {
        SettingPath path = BACKENDS.key(name, "when-down", "backend");
        if (draft.sound(path)) {
            String circle = String.join(" -> ", way.subList(way.indexOf(name), way.size()));
            String rule = "must not lead back to the backend itself: ";
            draft.report(path, rule + circle + " -> " + name);
        }
    }
}
