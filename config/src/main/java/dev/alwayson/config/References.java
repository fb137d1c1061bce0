package dev.alwayson.config;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.Mode;
import dev.alwayson.core.balance.Route;
import dev.alwayson.core.balance.WhenDown;
import dev.alwayson.core.setting.NearestWord;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Every frontend leads somewhere, and every backend that is named exists and has servers. */
final class References {

    static final SettingPath BACKENDS = SettingPath.of("backends");

    private final Draft draft;
    private final List<String> backends;

    private References(Draft draft) {
        this.draft = draft;
        this.backends = draft.keysBelow(BACKENDS);
    }

    static void check(Draft draft) {
        References references = new References(draft);
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
        draft.report(path, "must be one of the backends", meant);
    }

    /** Tells each circle of when-down once, at its first backend. */
    private void circles(Map<String, Backend> all) {
        Set<String> told = new HashSet<>();
        for (String start : all.keySet()) {
            List<String> chain = StandIns.from(start, all);
            boolean circle = chain.size() > 1 && chain.getLast().equals(start);
            SettingPath path = BACKENDS.key(start, "when-down", "backend");
            if (circle && !told.contains(start) && draft.sound(path)) {
                told.addAll(chain);
                String way = String.join(" -> ", chain);
                draft.report(path, "must not lead back to the backend itself: " + way);
            }
        }
    }
}
