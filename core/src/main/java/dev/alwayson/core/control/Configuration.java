package dev.alwayson.core.control;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.setting.Setting;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The whole configuration file, valid: every name that it mentions exists. */
public record Configuration(
        @Setting(
                        value = "This node's name; usually absent: --node, else the host's name.",
                        form = "[A-Za-z0-9._-]{1,64}",
                        rule =
                                "must be a name of letters, digits, dots, dashes and underscores, at most 64 long")
                Optional<String> node,
        @Setting(
                        value =
                                "The folder for the journal and the runtime changes; created if"
                                        + " missing, locked against a second node.",
                        standard = "./data",
                        rule = "must be the path of a folder")
                Path data,
        @Setting(value = "Health, metrics and the admin API.", standard = "{}") Admin admin,
        @Setting("What accepts traffic, by name.") Map<String, Frontend> frontends,
        @Setting("The groups of servers that serve it, by name.") Map<String, Backend> backends,
        @Setting(value = "How the node stops.", standard = "{}") Shutdown shutdown) {

    public Configuration {
        frontends = Collections.unmodifiableMap(new LinkedHashMap<>(frontends));
        backends = Collections.unmodifiableMap(new LinkedHashMap<>(backends));
    }

    /** Whether this server is configured. */
    public boolean has(ServerId id) {
        Backend backend = backends.get(id.backend());
        return backend != null && backend.servers().containsKey(id.server());
    }
}
