package dev.alwayson.core.target;

import dev.alwayson.core.setting.Percent;
import dev.alwayson.core.setting.Setting;
import dev.alwayson.core.setting.StatusRange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How to find out whether a target works. Without {@code http}, connecting by TCP is the check. */
public record HealthCheck(
        @Setting(
                        "The path to ask for. A server that answers with an expected status is"
                                + " well. Without it the check is a TCP connection.")
                Optional<String> http,
        @Setting(value = "The method of the request.", standard = "GET") String method,
        @Setting("The Host header of the request; else the server's address.")
                Optional<String> host,
        @Setting(value = "The statuses that mean well.", standard = "[200-399]")
                List<StatusRange> expectStatus,
        @Setting("A text that must be in the first 64 KiB of the body.")
                Optional<String> expectText,
        @Setting(
                        value = "The time from one check to the next.",
                        standard = "2s",
                        extremes =
                                "Small values find failures sooner and cost the servers requests;"
                                        + " at 1m a dead server is used for minutes.")
                Duration interval,
        @Setting(
                        value = "How long a check may take, from connecting to its answer.",
                        standard = "1s",
                        extremes = "Below the server's slow answers, a busy server is taken out.")
                Duration timeout,
        @Setting(
                        value = "Checks in a row that must succeed before a server serves again.",
                        standard = "2",
                        extremes = "1 lets a server that fails every other check flap.")
                int rise,
        @Setting(
                        value = "Checks in a row that must fail before a server is taken out.",
                        standard = "3",
                        extremes = "1 takes a server out for one lost packet.")
                int fall,
        @Setting(
                        value =
                                "How much of the interval is varied at random, so that checks of"
                                        + " many servers, and of many nodes, do not come together.",
                        standard = "10%")
                Percent jitter,
        @Setting(
                        value =
                                "The time to the next check while the health is changing: after a"
                                        + " failure of a healthy server, after a success of an"
                                        + " unhealthy one. At most the interval.",
                        standard = "500ms")
                Duration fastInterval) {

    public static final HealthCheck TCP =
            new HealthCheck(
                    Optional.empty(),
                    "GET",
                    Optional.empty(),
                    List.of(new StatusRange(200, 399)),
                    Optional.empty(),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(1),
                    2,
                    3,
                    new Percent(0.1),
                    Duration.ofMillis(500));

    public HealthCheck {
        expectStatus = List.copyOf(expectStatus);
    }
}
