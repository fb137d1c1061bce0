package dev.alwayson.core.balance;

import dev.alwayson.core.setting.Setting;
import java.time.Duration;

/** How long the parts of a request may take on the server's side. */
public record BackendTimeouts(
        @Setting(
                        value = "Connecting to one server.",
                        standard = "1s",
                        extremes = "Above a few seconds a dead host holds up every first try.",
                        min = "1ms",
                        max = "1h")
                Duration connect,
        @Setting(
                        value =
                                "All tries together, to the head of the response: from the"
                                        + " choice of the first server, or from when the request's"
                                        + " body last moved, if that is later; then, between two"
                                        + " pieces of the response's body. A client that is slow"
                                        + " to send its body has idle.",
                        standard = "30s",
                        extremes = "Long polls need more; 1s turns slow answers into 504.",
                        min = "1ms",
                        max = "1d")
                Duration response,
        @Setting(
                        key = "try",
                        value =
                                "One server's part of response: after it, a request that may be"
                                        + " tried again is.",
                        standard = "10s",
                        extremes = "Equal to or above response: slow tries are never repeated.",
                        min = "1ms",
                        max = "1d")
                Duration attempt,
        @Setting(
                        value = "Waiting for a server below its max-connections.",
                        standard = "5s",
                        extremes = "0s: 503 at once when every server is full.",
                        max = "1h")
                Duration queue) {

    public static final BackendTimeouts STANDARD =
            new BackendTimeouts(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(5));
}
