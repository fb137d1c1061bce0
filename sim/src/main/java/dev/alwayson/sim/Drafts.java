package dev.alwayson.sim;

import dev.alwayson.core.balance.Answer;
import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.BackendTimeouts;
import dev.alwayson.core.balance.Balance;
import dev.alwayson.core.balance.Eject;
import dev.alwayson.core.balance.Retries;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.control.Admin;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Shutdown;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.setting.Percent;
import dev.alwayson.core.target.HealthCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Random configurations, and random changes to one. Few names, addresses and checks, so that
 * servers share targets, and what was removed comes back.
 */
final class Drafts {

    static final List<String> BACKENDS = List.of("shop", "api", "static");
    static final List<String> SERVERS = List.of("web1", "web2", "web3", "web4");

    static final List<HostAndPort> ADDRESSES =
            List.of(
                    new HostAndPort("10.0.0.1", 80),
                    new HostAndPort("10.0.0.2", 80),
                    new HostAndPort("10.0.0.3", 80),
                    new HostAndPort("10.0.0.4", 80),
                    new HostAndPort("10.0.0.5", 80),
                    new HostAndPort("10.0.0.6", 80));

    static final Duration LONGEST_EJECTION = Duration.ofSeconds(8);

    /** The longest time after which a check, an ejection or a slow start of these has settled. */
    static final Duration SETTLED = Duration.ofSeconds(25);

    private final RandomGenerator random;

    Drafts(RandomGenerator random) {
        this.random = random;
    }

    Configuration first() {
        Map<String, Backend> backends = new LinkedHashMap<>();
        for (String name : BACKENDS) {
            if (backends.isEmpty() || random.nextInt(3) > 0) {
                backends.put(name, backend());
            }
        }
        return of(backends);
    }

    /** With one thing changed, sometimes several, sometimes nothing. */
    Configuration changed(Configuration from) {
        Map<String, Backend> backends = new LinkedHashMap<>(from.backends());
        int changes = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            String name = pick(BACKENDS);
            Backend backend = backends.get(name);
            if (backend == null) {
                backends.put(name, backend());
            } else if (random.nextInt(8) == 0) {
                backends.remove(name);
            } else {
                backends.put(name, changed(backend));
            }
        }
        return of(backends);
    }

    private Backend changed(Backend from) {
        if (random.nextInt(3) == 0) {
            return backend(from.servers(), check());
        }
        Map<String, Server> servers = new LinkedHashMap<>(from.servers());
        String name = pick(SERVERS);
        if (servers.containsKey(name) && random.nextBoolean()) {
            servers.remove(name);
        } else {
            servers.put(name, server());
        }
        return backend(servers, from.healthCheck());
    }

    private Backend backend() {
        Map<String, Server> servers = new LinkedHashMap<>();
        for (String name : SERVERS) {
            if (random.nextInt(4) > 0) {
                servers.put(name, server());
            }
        }
        return backend(servers, check());
    }

    private Server server() {
        return new Server(
                pick(ADDRESSES),
                1 + random.nextInt(3),
                0,
                random.nextInt(3) == 0
                        ? Duration.ofMillis(random.nextInt(100, 4000))
                        : Duration.ZERO,
                random.nextInt(4) == 0);
    }

    private Optional<HealthCheck> check() {
        return switch (random.nextInt(5)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(check(1, 1, Duration.ofMillis(700)));
            case 2 -> Optional.of(check(3, 2, Duration.ofMillis(1500)));
            default -> Optional.of(HealthCheck.TCP);
        };
    }

    private static HealthCheck check(int rise, int fall, Duration interval) {
        HealthCheck tcp = HealthCheck.TCP;
        return new HealthCheck(
                Optional.of("/health"),
                tcp.method(),
                tcp.host(),
                tcp.expectStatus(),
                tcp.expectText(),
                interval,
                tcp.timeout(),
                rise,
                fall,
                tcp.jitter(),
                tcp.fastInterval());
    }

    private Backend backend(Map<String, Server> servers, Optional<HealthCheck> check) {
        return new Backend(
                servers,
                Balance.ROUND_ROBIN,
                check,
                Retries.STANDARD,
                BackendTimeouts.STANDARD,
                Optional.empty(),
                1000,
                Answer.PROXY,
                eject(),
                new Percent(pick(List.of(0.0, 0.0, 0.4, 0.5, 1.0))));
    }

    private Optional<Eject> eject() {
        return switch (random.nextInt(4)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(eject(1, Duration.ofSeconds(1), 1.0));
            default ->
                    Optional.of(
                            eject(
                                    5,
                                    Duration.ofMillis(random.nextInt(500, 3000)),
                                    pick(List.of(0.25, 0.34, 0.5, 0.75))));
        };
    }

    private static Eject eject(int failures, Duration base, double share) {
        return new Eject(
                failures,
                Duration.ofSeconds(3),
                List.of(),
                base,
                LONGEST_EJECTION,
                new Percent(share));
    }

    private static Configuration of(Map<String, Backend> backends) {
        return new Configuration(
                Optional.empty(),
                Path.of("data"),
                Admin.STANDARD,
                Map.of(),
                backends,
                Shutdown.STANDARD);
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
