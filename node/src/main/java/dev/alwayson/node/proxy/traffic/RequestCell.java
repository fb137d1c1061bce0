package dev.alwayson.node.proxy.traffic;

import dev.alwayson.node.proxy.http.Method;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The requests that one event loop took by one frontend and route and sent to one server. The loop
 * keeps it at hand, so that counting is a few additions. Counted by that loop's thread; read by
 * any.
 */
public final class RequestCell {

    static final int METHODS = Method.values().length;

    private static final Row[] NO_ROWS = {};

    /** The requests answered with one status, by method. */
    record Row(int status, Counts byMethod) {}

    /** One for each status that was answered with, few; replaced when another is. */
    private volatile Row[] rows = NO_ROWS;

    private final AtomicReferenceArray<@Nullable Latencies> durations =
            new AtomicReferenceArray<>(METHODS);

    RequestCell() {}

    /**
     * Counts a request that ended.
     *
     * @param status what the client was answered; 0 if it was not
     * @param nanos from the request's first octet to the response's last
     */
    public void count(Method method, int status, long nanos) {
        row(status).byMethod.add(method.index(), 1);
        Latencies latencies = durations.getPlain(method.index());
        if (latencies == null) {
            latencies = firstOf(method);
        }
        latencies.add(nanos);
    }

    private Row row(int status) {
        Row[] known = rows;
        for (Row row : known) {
            if (row.status == status) {
                return row;
            }
        }
        Row[] more = Arrays.copyOf(known, known.length + 1);
        Row row = new Row(status, new Counts(METHODS));
        more[known.length] = row;
        rows = more;
        return row;
    }

    private Latencies firstOf(Method method) {
        Latencies latencies = new Latencies();
        durations.setRelease(method.index(), latencies);
        return latencies;
    }

    Row[] rows() {
        return rows;
    }

    /** Null if no request had this method. */
    @Nullable Latencies durations(int method) {
        return durations.getAcquire(method);
    }
}
