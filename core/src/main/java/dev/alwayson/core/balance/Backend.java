package dev.alwayson.core.balance;

import dev.alwayson.core.setting.Percent;
import dev.alwayson.core.setting.Setting;
import dev.alwayson.core.target.HealthCheck;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A group of servers that can serve the same requests. */
public record Backend(
        @Setting("The servers by name, in the order of the file.") Map<String, Server> servers,
        @Setting(
                        value =
                                "How a server is chosen: round-robin (smooth, weighted),"
                                        + " least-connections (weighted), source-hash (the same"
                                        + " client to the same server, none loaded above 1.25 times"
                                        + " its share; a server with fewer than 8 requests is never"
                                        + " passed over), random-two (the less loaded of two).",
                        standard = "round-robin")
                Balance balance,
        @Setting(
                        value =
                                "How the servers are checked: tcp, none, or a group of settings."
                                        + " With none, servers count as healthy.",
                        standard = "{}")
                Optional<HealthCheck> healthCheck,
        @Setting(value = "When a request is tried again.", standard = "{}") Retries retries,
        @Setting(value = "How long parts of a request may take.", standard = "{}")
                BackendTimeouts timeouts,
        @Setting("What is served while no server can: a fixed answer or another backend.")
                Optional<WhenDown> whenDown,
        @Setting(
                        value =
                                "Requests that may wait when every server is at its"
                                        + " max-connections; one more gets 503.",
                        standard = "1000",
                        extremes = "0: nothing waits. Each waiting request costs its connection.",
                        min = "0",
                        max = "1000000")
                int maxQueue,
        @Setting(
                        value = "proxy: the request is passed on. redirect: 302 to the server.",
                        standard = "proxy")
                Answer answer,
        @Setting(
                        value =
                                "Whether servers whose requests keep failing get none for a while:"
                                        + " off, on, or a group of settings.",
                        standard = "off")
                Optional<Eject> eject,
        @Setting(
                        value =
                                "When fewer than this part of the ready servers can serve, all of"
                                        + " them do, also those that are down or ejected: the few"
                                        + " might break under what was meant for many. 0%: never.",
                        standard = "0%",
                        extremes =
                                "100%: one bad check sends work to that server again. Above 0%"
                                        + " when-down is served only after servers that are down were"
                                        + " tried.")
                Percent panic) {

    public Backend {
        servers = Collections.unmodifiableMap(new LinkedHashMap<>(servers));
    }

    /** A backend of these servers that serve HTTP, with every other setting at its default. */
    public static Backend of(Map<String, Server> servers) {
        return new Backend(
                servers,
                Balance.ROUND_ROBIN,
                Optional.of(HealthCheck.TCP.forAnyAnswer()),
                Retries.STANDARD,
                BackendTimeouts.STANDARD,
                Optional.empty(),
                1000,
                Answer.PROXY,
                Optional.empty(),
                new Percent(0));
    }

    /** The same backend with another health check. */
    public Backend checkedBy(Optional<HealthCheck> check) {
        return new Backend(
                servers, balance, check, retries, timeouts, whenDown, maxQueue, answer, eject,
                panic);
    }
}
