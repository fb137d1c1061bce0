package dev.alwayson.core.balance;

import dev.alwayson.core.setting.Setting;
import java.nio.file.Path;
import java.util.Optional;

/** What is served while no server of a backend can serve: a fixed answer, or another backend. */
public record WhenDown(
        @Setting(
                        value = "The status of the fixed answer.",
                        standard = "503",
                        min = "200",
                        max = "599")
                int status,
        @Setting("The file that is its body; read when the configuration is loaded, at most 1MiB.")
                Optional<Path> bodyFile,
        @Setting("The backend that serves instead.") Optional<String> backend) {

    /** Whether an answer of this status has one (RFC 9110 sections 15.3.5, 15.3.6, 15.4.5). */
    public boolean hasBody() {
        return status != 204 && status != 205 && status != 304;
    }
}
