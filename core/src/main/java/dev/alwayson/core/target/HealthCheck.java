package dev.alwayson.core.target;

import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.setting.Percent;
import dev.alwayson.core.setting.Setting;
import dev.alwayson.core.setting.StatusRange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How to find out whether a target works. Without {@code http}, connecting by TCP is the check. */
public record HealthCheck(
        @Setting(
                        value =
                                "The path to ask for. A server that answers with an expected status is"
                                        + " well. none: the check is a TCP connection. Unless given:"
                                        + " HEAD /, and any status is well; a TCP connection where a"
                                        + " tcp frontend leads to the backend.",
                        absent = "none",
                        form = "/[!-~&&[^#]]*",
                        rule =
                                "must be a path that begins with /, without blanks, as in /health,"
                                        + " or none")
                Optional<String> http,
        @Setting(
                        value = "The method of the request.",
                        standard = "GET",
                        form = "[A-Z]{1,20}",
                        rule = "must be a method in capitals, as in GET or HEAD")
                String method,
        @Setting(
                        value = "The Host header of the request; else the server's address.",
                        form = "([A-Za-z0-9._-]+|\\[" + HostAndPort.IP_V6 + "\\])(:[0-9]{1,5})?",
                        rule = "must be a host, with a port or without, as in shop.example.com")
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
                                        + " at 1m a dead server is used for minutes.",
                        min = "10ms",
                        max = "1d")
                Duration interval,
        @Setting(
                        value = "How long a check may take, from connecting to its answer.",
                        standard = "1s",
                        extremes = "Below the server's slow answers, a busy server is taken out.",
                        min = "1ms",
                        max = "1h")
                Duration timeout,
        @Setting(
                        value = "Checks in a row that must succeed before a server serves again.",
                        standard = "2",
                        extremes = "1 lets a server that fails every other check flap.",
                        min = "1",
                        max = "100")
                int rise,
        @Setting(
                        value = "Checks in a row that must fail before a server is taken out.",
                        standard = "3",
                        extremes = "1 takes a server out for one lost packet.",
                        min = "1",
                        max = "100")
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
                        standard = "500ms",
                        min = "10ms",
                        max = "1d")
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

    /**
     * This check, but satisfied by whatever the server answers to HTTP: that it answers at all is
     * what a connection cannot tell, which the kernel makes for a process that is frozen.
     */
    public HealthCheck forAnyAnswer() {
        return new HealthCheck(
                Optional.of("/"),
                "HEAD",
                host,
                List.of(new StatusRange(200, 599)),
                expectText,
                interval,
                timeout,
                rise,
                fall,
                jitter,
                fastInterval);
    }
}
