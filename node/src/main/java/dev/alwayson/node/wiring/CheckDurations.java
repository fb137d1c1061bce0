package dev.alwayson.node.wiring;

import dev.alwayson.core.balance.BackendView;
import dev.alwayson.core.balance.ServerView;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.core.target.Target;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** How long the last check of each target took. Safe for use by several threads. */
final class CheckDurations {

    private final Map<Target, Duration> last = new ConcurrentHashMap<>();

    void learn(Input.Probed probed) {
        last.put(probed.target(), probed.result().took());
    }

    Optional<Duration> of(Target target) {
        return Optional.ofNullable(last.get(target));
    }

    /** Forgets targets that are no longer configured. */
    void keep(Snapshot snapshot) {
        Set<Target> configured = new HashSet<>();
        for (BackendView backend : snapshot.backends().values()) {
            for (ServerView server : backend.servers()) {
                backend.backend()
                        .healthCheck()
                        .ifPresent(
                                how -> configured.add(new Target(server.server().address(), how)));
            }
        }
        last.keySet().retainAll(configured);
    }
}
