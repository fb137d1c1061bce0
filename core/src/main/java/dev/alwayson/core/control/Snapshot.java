package dev.alwayson.core.control;

import dev.alwayson.core.balance.BackendView;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the data path works from: immutable, replaced whole, read from one volatile field. Every
 * name in it exists in it. A server that is gone from it is not checked any more, like one in
 * maintenance: the requests that it still works on are not given back when it hangs, and end or are
 * tried again by their own deadlines.
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
