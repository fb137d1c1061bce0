package dev.alwayson.config;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.WhenDown;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The backends that serve, one after the other, while those before them are down. */
final class StandIns {

    private StandIns() {}

    /**
     * The first, its stand-in, that one's, …; ends with the first that comes again, if one does.
     */
    static List<String> from(String first, Map<String, Backend> all) {
        Set<String> seen = new LinkedHashSet<>();
        Optional<String> next = Optional.of(first);
        while (next.isPresent() && seen.add(next.get())) {
            next =
                    Optional.ofNullable(all.get(next.get()))
                            .flatMap(Backend::whenDown)
                            .flatMap(WhenDown::backend);
        }
        List<String> chain = new ArrayList<>(seen);
        next.ifPresent(chain::add);
        return chain;
    }
}
