package dev.alwayson.config;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.Route;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The backends that what comes in at a frontend may go to: by its routes, and as stand-ins. */
final class LeadsTo {

    private LeadsTo() {}

    static Set<String> from(Frontend frontend, Map<String, Backend> all) {
        Set<String> reached = new LinkedHashSet<>();
        Stream.concat(frontend.routes().stream().map(Route::backend), frontend.backend().stream())
                .forEach(first -> {
                    Optional<String> next = Optional.of(first);
                    while (next.isPresent() && reached.add(next.get())) {
                        next = StandIn.of(next.get(), all);
                    }
                });
        return reached;
    }
}
