package dev.alwayson.core.balance;

import dev.alwayson.core.setting.Setting;
import java.time.Duration;

/** How long a client may take. */
public record FrontendTimeouts(
        @Setting(
                        value =
                                "A request's head, from its first byte to its last (408 after it):"
                                        + " a deadline, which slow sending does not extend. On a"
                                        + " new connection the first byte must come in it, too.",
                        standard = "10s",
                        extremes = "Long values let slow senders hold connections.",
                        min = "1ms",
                        max = "1h")
                Duration requestHead,
        @Setting(
                        value =
                                "A connection between two requests, and a stall while a body is"
                                        + " sent or a response is taken.",
                        standard = "60s",
                        extremes = "Small values make clients connect anew.",
                        min = "1ms",
                        max = "1d")
                Duration idle,
        @Setting(
                        value = "A tcp connection or an upgraded one on which nothing moves.",
                        standard = "1h",
                        extremes = "Below an application's quiet times, its connections are cut.",
                        min = "1ms",
                        max = "365d")
                Duration tunnel) {

    public static final FrontendTimeouts STANDARD =
            new FrontendTimeouts(
                    Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofHours(1));
}
