package dev.alwayson.core.control;

import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.setting.Setting;
import java.nio.file.Path;
import java.util.Optional;

/** The node's own door: health, metrics, API. */
public record Admin(
        @Setting(
                        value =
                                "Where it listens. Anything but a loopback address needs a"
                                        + " token-file and is refused without. 0.0.0.0 is every"
                                        + " address here, those of IPv6 too.",
                        standard = "127.0.0.1:7070")
                HostAndPort bind,
        @Setting(
                        "A file with the token that the API and the metrics then ask for"
                                + " (Authorization: Bearer TOKEN). /health stays open.")
                Optional<Path> tokenFile) {

    public static final Admin STANDARD =
            new Admin(new HostAndPort("127.0.0.1", 7070), Optional.empty());
}
