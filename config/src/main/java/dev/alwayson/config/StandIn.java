package dev.alwayson.config;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.WhenDown;
import java.util.Map;
import java.util.Optional;

/** The backend that serves while another is down. */
final class StandIn {

    private StandIn() {}

    static Optional<String> of(String backend, Map<String, Backend> all) {
        return Optional.ofNullable(all.get(backend))
                .flatMap(Backend::whenDown)
                .flatMap(WhenDown::backend);
    }
}
