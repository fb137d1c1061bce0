package dev.alwayson.core.balance;

import dev.alwayson.core.setting.Percent;
import dev.alwayson.core.setting.Setting;
import java.time.Duration;
import java.util.List;

/** When a server whose requests keep failing gets none for a while, whatever its checks say. */
public record Eject(
        @Setting(
                        value =
                                "Requests in a row that must fail: no connection, a broken one, what"
                                        + " is not HTTP, or no answer in time. A second in which more"
                                        + " requests are answered than fail begins the count anew.",
                        standard = "5",
                        extremes = "1: one lost connection is enough.",
                        min = "1",
                        max = "1000")
                int failures,
        @Setting(
                        value = "The time in which they must fail.",
                        standard = "10s",
                        extremes =
                                "Short times never eject a server that has little traffic: that is"
                                        + " left to its health check.",
                        min = "1s",
                        max = "1h")
                Duration within,
        @Setting(
                        value =
                                "Statuses that count as failures, too: [500, 502, 503, 504]. Not for"
                                        + " servers whose errors are the requests' fault: who sends"
                                        + " those would have them ejected.",
                        min = "400",
                        max = "599")
                List<Integer> onStatus,
        @Setting(
                        value =
                                "How long it gets nothing the first time; each further time twice as"
                                        + " long as the time before.",
                        standard = "10s",
                        min = "1s",
                        max = "1h")
                Duration base,
        @Setting(
                        value =
                                "The longest that it gets nothing. Who has served for this long since"
                                        + " it came back begins with base again.",
                        standard = "5m",
                        min = "1s",
                        max = "1d")
                Duration max,
        @Setting(
                        value =
                                "The largest part of the servers that could serve which may be"
                                        + " ejected at a time, rounded down.",
                        standard = "50%",
                        extremes =
                                "Below one server's part nobody is ejected: under 50% of two, 34% of"
                                        + " three. 100%: all may be, and then all of them serve.")
                Percent share) {

    public static final Eject STANDARD =
            new Eject(
                    5,
                    Duration.ofSeconds(10),
                    List.of(),
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(5),
                    new Percent(0.5));

    public Eject {
        onStatus = List.copyOf(onStatus);
    }
}
