package dev.alwayson.config;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.Mode;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.target.HealthCheck;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a backend is checked whose file does not say by what. Servers that serve HTTP are asked for
 * an answer; where a tcp frontend leads, nothing is known of what they speak, and a connection is
 * all that can be asked for.
 */
final class StandardCheck {

    /** The default of a check's {@code http}, in words. */
    static final String WORDS = "`/`, by HEAD; `none` where a tcp frontend leads";

    private static final String BY_TCP = "tcp";

    private StandardCheck() {}

    /** The draft's configuration, in which every check says what it asks for. */
    static Optional<Configuration> configuration(Draft draft) {
        return draft.configuration()
                .map(c ->
                        new Configuration(
                                c.node(),
                                c.data(),
                                c.admin(),
                                c.frontends(),
                                backends(draft, c),
                                c.shutdown()));
    }

    private static Map<String, Backend> backends(Draft draft, Configuration configuration) {
        Map<String, Backend> all = configuration.backends();
        Set<String> byTcp = new HashSet<>();
        for (Frontend frontend : configuration.frontends().values()) {
            if (frontend.mode() == Mode.TCP) {
                byTcp.addAll(LeadsTo.from(frontend, all));
            }
        }
        Map<String, Backend> checked = new LinkedHashMap<>();
        all.forEach((name, backend) ->
                checked.put(
                        name,
                        byTcp.contains(name) || said(draft, name)
                                ? backend
                                : backend.checkedBy(
                                        backend.healthCheck().map(HealthCheck::forAnyAnswer))));
        return checked;
    }

    private static boolean said(Draft draft, String backend) {
        SettingPath check = References.BACKENDS.key(backend, "health-check");
        return draft.given(check.key("http")) || draft.shown(check).equals(BY_TCP);
    }
}
