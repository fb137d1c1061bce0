package dev.alwayson.core.control;

import dev.alwayson.core.setting.Setting;
import java.time.Duration;

/** How the node stops after SIGTERM. */
public record Shutdown(
        @Setting(
                        value =
                                "How long it goes on accepting after it turned unready, so that"
                                        + " what is in front of it can notice.",
                        standard = "0s",
                        max = "1h")
                Duration unreadyTime,
        @Setting(
                        value = "How long what runs may take to finish; then it is closed.",
                        standard = "30s",
                        extremes = "0s cuts every running request.",
                        max = "1d")
                Duration timeout) {

    public static final Shutdown STANDARD = new Shutdown(Duration.ZERO, Duration.ofSeconds(30));
}
