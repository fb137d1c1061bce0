package dev.alwayson.core.balance;

import dev.alwayson.core.target.Health;
import java.time.Instant;
import java.util.Optional;

/**
 * A server as a snapshot shows it.
 *
 * @param share the weight it has now, in thousandths: {@code weight} × 1000, less while it starts
 *     slowly; at least 1
 * @param reason why the health is what it is: what the check found that made it so
 * @param since when the health became what it is
 * @param ejection while it is ejected, also where it is down or taken out as well
 */
public record ServerView(
        ServerId id,
        Server server,
        Health health,
        ServerState state,
        Standing standing,
        int share,
        String reason,
        Instant since,
        Optional<Ejection> ejection) {}
