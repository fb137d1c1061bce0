package dev.alwayson.config;

import dev.alwayson.core.balance.Answer;
import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Mode;
import dev.alwayson.core.control.Configuration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A backend that a tcp frontend leads to cannot answer in HTTP. */
final class WithoutHttp {

    private WithoutHttp() {}

    static void check(Draft draft) {
        draft.configuration().ifPresent(configuration -> check(draft, configuration));
    }

    private static void check(Draft draft, Configuration configuration) {
        Set<String> seen = new HashSet<>();
        configuration
                .frontends()
                .forEach((name, frontend) -> {
                    Optional<String> next =
                            frontend.backend().filter(_ -> frontend.mode() == Mode.TCP);
                    while (next.isPresent() && seen.add(next.get())) {
                        check(draft, configuration.backends(), next.get(), name);
                        next = StandIn.of(next.get(), configuration.backends());
                    }
                });
    }

    private static void check(
            Draft draft, Map<String, Backend> backends, String name, String frontend) {
        Backend backend = backends.get(name);
        if (backend != null) {
            String rule = "cannot be: it needs HTTP, and the tcp frontend ";
            check(draft, name, backend, rule + frontend + " leads here");
        }
    }

    private static void check(Draft draft, String name, Backend backend, String rule) {
        SettingPath answer = References.BACKENDS.key(name, "answer");
        if (backend.answer() == Answer.REDIRECT && draft.sound(answer)) {
            draft.report(answer, rule);
        }
        SettingPath whenDown = References.BACKENDS.key(name, "when-down");
        boolean fixed = backend.whenDown().filter(w -> w.backend().isEmpty()).isPresent();
        if (fixed && draft.sound(whenDown)) {
            draft.report(whenDown, "a fixed answer", rule);
        }
    }
}
