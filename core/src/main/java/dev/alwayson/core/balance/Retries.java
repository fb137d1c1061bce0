package dev.alwayson.core.balance;

import dev.alwayson.core.setting.ByteSize;
import dev.alwayson.core.setting.Percent;
import dev.alwayson.core.setting.Setting;
import java.util.List;

/** When a request is tried again on another server. */
public record Retries(
        @Setting(
                        value =
                                "Tries in all, the first included, where a living server was slow"
                                        + " or answered with a status of on-status. Failed"
                                        + " connections are not counted: they are tried on every"
                                        + " remaining server.",
                        standard = "2",
                        extremes = "1: a slow or unwelcome answer is never tried again.",
                        min = "1",
                        max = "10")
                int attempts,
        @Setting(
                        value =
                                "The retries of slow tries and of on-status, as a share of all"
                                        + " requests; 3 a second are always allowed.",
                        standard = "20%",
                        extremes = "100% doubles the load on servers that are already slow.")
                Percent budget,
        @Setting(
                        value = "Statuses that count as failures to be tried again: [500, 503].",
                        min = "400",
                        max = "599")
                List<Integer> onStatus,
        @Setting(
                        value =
                                "A request's body up to this size is held until the answer begins,"
                                        + " so that it can be sent again.",
                        standard = "64KiB",
                        extremes =
                                "0B: requests with a body are never tried again once sent. Large"
                                        + " values cost this much memory for each request.",
                        max = "16MiB")
                ByteSize holdBody) {

    public static final Retries STANDARD =
            new Retries(2, new Percent(0.2), List.of(), ByteSize.kib(64));

    public Retries {
        onStatus = List.copyOf(onStatus);
    }
}
