package dev.alwayson.core.balance;

import dev.alwayson.core.setting.Setting;
import java.nio.file.Path;

/** Where a frontend writes a line for each request. */
public record AccessLog(
        @Setting(
                        "The file, created if missing, appended to, and opened anew on reload, so"
                                + " that it can be rotated. In its short form this is all.")
                Path file,
        @Setting(
                        value = "json: an object a line. haproxy: HAProxy's HTTP log line.",
                        standard = "json")
                Format format) {

    /** The forms of a line. */
    public enum Format {
        JSON,
        HAPROXY
    }
}
