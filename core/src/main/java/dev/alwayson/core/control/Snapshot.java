package dev.alwayson.core.control;

import dev.alwayson.core.balance.BackendView;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the data path works from: immutable, replaced whole, read from one volatile field. A request
 * keeps the one it started with. Every name in it exists in it.
 *
 * @param version counts the snapshots of this node's run, from 1
 * @param backends in the order of the file; a view that did not change is the same object as before
 * @param checked whether every target that the node began with has answered: a condition of
 *     readiness. It stays true: a server that is added later does not make the node unready
 */
public record Snapshot(
        long version,
        Configuration configuration,
        Map<String, BackendView> backends,
        RuntimeChanges changes,
        boolean checked) {

    public Snapshot {
        backends = Collections.unmodifiableMap(new LinkedHashMap<>(backends));
    }
}
