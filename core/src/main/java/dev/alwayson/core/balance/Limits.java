package dev.alwayson.core.balance;

import dev.alwayson.core.setting.ByteSize;
import dev.alwayson.core.setting.Setting;

/** How large a request's head may be. */
public record Limits(
        @Setting(
                        value = "The request line; 414 above it.",
                        standard = "8KiB",
                        min = "64B",
                        max = "256KiB")
                ByteSize requestLine,
        @Setting(
                        value = "The whole head; 431 above it.",
                        standard = "32KiB",
                        extremes = "Each connection that sends a head may cost it.",
                        min = "128B",
                        max = "256KiB")
                ByteSize head,
        @Setting(value = "Header lines; 431 above it.", standard = "100", min = "1", max = "1000")
                int headerLines) {

    public static final Limits STANDARD = new Limits(ByteSize.kib(8), ByteSize.kib(32), 100);
}
