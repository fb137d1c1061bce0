package dev.alwayson.core.balance;

import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.setting.Setting;
import java.time.Duration;

/** One server of a backend, as the file describes it. In its short form it is its address. */
public record Server(
        @Setting(
                        value = "Where it listens: an address or a name, and a port.",
                        form = ".+:(?!0+$).+",
                        rule = HostAndPort.RULE_TO_CONNECT)
                HostAndPort address,
        @Setting(
                        value = "Its share of the work beside the others.",
                        standard = "1",
                        extremes = "Only the ratio to the others' weights counts.",
                        min = "1",
                        max = "256")
                int weight,
        @Setting(
                        value =
                                "Requests (in tcp mode: connections) that it is given at a time;"
                                        + " what comes above waits in the backend's queue. 0: no"
                                        + " limit.",
                        standard = "0",
                        extremes = "A small limit protects a weak server and lets the queue grow.",
                        min = "0",
                        max = "1000000")
                int maxConnections,
        @Setting(
                        value =
                                "The time in which a server that became healthy again grows from"
                                        + " a twentieth of its weight to all of it. 0s: at once."
                                        + " Never at the start of the node.",
                        standard = "0s",
                        max = "1h")
                Duration slowStart,
        @Setting(
                        value = "Serves only while no other server of the backend can.",
                        standard = "false")
                boolean backup) {

    public static Server at(HostAndPort address) {
        return new Server(address, 1, 0, Duration.ZERO, false);
    }
}
