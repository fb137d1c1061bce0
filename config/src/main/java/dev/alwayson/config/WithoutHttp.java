package dev.alwayson.config;

import dev.alwayson.core.balance.Answer;
import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.Mode;
import dev.alwayson.core.control.Configuration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A backend that a tcp frontend leads to cannot answer in HTTP. */
final class WithoutHttp {

    private WithoutHttp() {}

    static void check(Draft draft) {
        draft.configuration().ifPresent(configuration -> check(draft, configuration));
    }

    private static void check(Draft draft, Configuration configuration) {
        Set<String> told = new HashSet<>();
        for (Map.Entry<String, Frontend> entry : configuration.frontends().entrySet()) {
            Frontend frontend = entry.getValue();
            if (frontend.mode() != Mode.TCP || frontend.backend().isEmpty()) {
                continue;
            }
            for (String name : StandIns.from(frontend.backend().get(), configuration.backends())) {
                Backend backend = configuration.backends().get(name);
                if (backend != null && told.add(name)) {
                    String rule = "cannot be: it needs HTTP, and the tcp frontend ";
                    check(draft, name, backend, rule + entry.getKey() + " leads here");
                }
            }
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
