package dev.alwayson.node.proxy.traffic;

import dev.alwayson.core.balance.ServerId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The cells of one event loop. Looking one up makes objects: the loop does so once for each
 * snapshot or at first use, and keeps it. Cells outlive what they name, because counters never go
 * back; so that names which change for ever cannot fill the memory, those above a bound share the
 * cell of the server {@value #OTHERS}. Cells are asked for by the loop's thread; read by any.
 */
public final class LoopTraffic {

    /** The label's value where no backend or server took the request. */
    public static final String NONE = "-";

    static final String OTHERS = "(others)";

    private final int maxCells;
    final Map<RequestKey, RequestCell> requests = new ConcurrentHashMap<>();
    final Map<ServerId, ServerCell> servers = new ConcurrentHashMap<>();
    final Map<String, RetryCell> retries = new ConcurrentHashMap<>();

    /** The labels of a request, but for its method and status. */
    record RequestKey(String frontend, String endpoint, String backend, String server) {}

    LoopTraffic(int maxCells) {
        this.maxCells = maxCells;
    }

    /**
     * The cell for requests of this kind.
     *
     * @param endpoint the route, see {@link Endpoint}
     * @param backend {@link #NONE} if no route took them
     * @param server {@link #NONE} if none was chosen
     */
    public RequestCell requests(String frontend, String endpoint, String backend, String server) {
        return cell(
                requests,
                new RequestKey(frontend, endpoint, backend, server),
                new RequestKey(OTHERS, OTHERS, OTHERS, OTHERS),
                RequestCell::new);
    }

    public ServerCell server(ServerId server) {
        return cell(servers, server, new ServerId(OTHERS, OTHERS), ServerCell::new);
    }

    public RetryCell retries(String backend) {
        return cell(retries, backend, OTHERS, RetryCell::new);
    }

    private <K, C> C cell(Map<K, C> cells, K key, K others, Supplier<C> maker) {
        C known = cells.get(key);
        if (known != null) {
            return known;
        }
        return cells.computeIfAbsent(cells.size() < maxCells ? key : others, absent -> maker.get());
    }
}
