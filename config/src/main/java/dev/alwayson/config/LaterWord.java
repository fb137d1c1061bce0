package dev.alwayson.config;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.target.HealthCheck;
import java.util.List;

/**
 * A key that is kept for a later version, so that nobody takes it for a typing error.
 *
 * @param group the record that it will belong to
 * @param meaning what it will be for
 */
record LaterWord(Class<? extends Record> group, String key, String meaning) {

    static final List<LaterWord> ALL =
            List.of(
                    new LaterWord(Configuration.class, "cluster", "several nodes as one"),
                    new LaterWord(
                            Configuration.class,
                            "virtual-addresses",
                            "addresses that move between nodes"),
                    new LaterWord(Configuration.class, "databases", "failover of databases"),
                    new LaterWord(Configuration.class, "dns", "answers by health"),
                    new LaterWord(Configuration.class, "slos", "service level objectives"),
                    new LaterWord(Configuration.class, "maintenance", "maintenance windows"),
                    new LaterWord(Configuration.class, "alerts", "alerts on any metric"),
                    new LaterWord(Configuration.class, "notify", "notifications"),
                    new LaterWord(Frontend.class, "tls", "encrypted connections"),
                    new LaterWord(
                            Frontend.class,
                            "accept-proxy-protocol",
                            "the PROXY protocol of balancers in front"),
                    new LaterWord(Backend.class, "sticky", "sessions kept by a cookie"),
                    new LaterWord(HealthCheck.class, "https", "checks by HTTPS"));

    static final String RULE = "not available in this version";

    static List<String> keys(Class<? extends Record> group) {
        return of(group).stream().map(LaterWord::key).toList();
    }

    static List<LaterWord> of(Class<? extends Record> group) {
        return ALL.stream().filter(word -> word.group == group).toList();
    }
}
