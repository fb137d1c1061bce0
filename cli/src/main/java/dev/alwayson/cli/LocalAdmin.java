package dev.alwayson.cli;

import dev.alwayson.config.ConfigurationFile;
import dev.alwayson.config.Environment;
import dev.alwayson.config.Reading;
import dev.alwayson.core.control.Admin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The admin settings of the file in this folder. A file with problems still tells where its node
 * listens, because that node may well be running.
 */
final class LocalAdmin {

    private LocalAdmin() {}

    /** What the file says of it, or the standard. */
    static Admin of(Path file) {
        if (!Files.isReadable(file)) {
            return Admin.STANDARD;
        }
        return switch (ConfigurationFile.read(file, Environment.ofProcess(Optional.empty()))) {
            case Reading.Valid valid -> valid.configuration().admin();
            case Reading.Invalid invalid -> invalid.admin();
        };
    }
}
