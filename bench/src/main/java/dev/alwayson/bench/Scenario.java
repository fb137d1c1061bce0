package dev.alwayson.bench;

import dev.alwayson.bench.Ports.Entrance;
import java.util.List;

/**
 * A load.
 *
 * @param name as the tables call it
 * @param entrance what it comes in by
 * @param path what it asks for
 * @param connections at once
 * @param keepAlive whether a connection is used for more than one request
 * @param turns how many turns of the usual length it takes at once: a thousand that connect at the
 *     beginning are to be less than one request in a hundred, and what is under way at the end,
 *     which costs and counts for nothing, is much where answers take a second each
 */
record Scenario(
        String name,
        Entrance entrance,
        String path,
        int connections,
        boolean keepAlive,
        int turns) {

    static final Scenario STEADY = new Scenario("100 B, 64", Entrance.HTTP, "/100", 64, true, 1);

    static final List<Scenario> ALL =
            List.of(
                    STEADY,
                    new Scenario("100 B, 1,000", Entrance.HTTP, "/100", 1000, true, 2),
                    new Scenario("100 B, 64, close", Entrance.HTTP, "/100", 64, false, 1),
                    new Scenario("100 B, 1,000, close", Entrance.HTTP, "/100", 1000, false, 2),
                    new Scenario("10 KiB, 64", Entrance.HTTP, "/10k", 64, true, 1),
                    new Scenario("10 KiB, 1,000", Entrance.HTTP, "/10k", 1000, true, 2),
                    new Scenario("10 KiB, 64, close", Entrance.HTTP, "/10k", 64, false, 1),
                    new Scenario("10 KiB, 1,000, close", Entrance.HTTP, "/10k", 1000, false, 2),
                    new Scenario("1 MiB, 64", Entrance.HTTP, "/1m", 64, true, 1),
                    new Scenario("1 MiB, 1,000", Entrance.HTTP, "/1m", 1000, true, 4),
                    new Scenario("1 MiB, 64, close", Entrance.HTTP, "/1m", 64, false, 1),
                    new Scenario("1 MiB, 1,000, close", Entrance.HTTP, "/1m", 1000, false, 4),
                    new Scenario("100 B, 64, 1,000 servers", Entrance.MANY, "/100", 64, true, 1),
                    new Scenario("TCP, 1 MiB, 64", Entrance.TCP, "/1m", 64, true, 1));

    boolean fits(Peer peer) {
        return peer.tcp() || entrance != Entrance.TCP;
    }
}
