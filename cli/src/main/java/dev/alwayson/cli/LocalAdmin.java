package dev.alwayson.cli;

import dev.alwayson.config.ConfigurationFile;
import dev.alwayson.config.Environment;
import dev.alwayson.config.Reading;
import dev.alwayson.core.control.Admin;
import dev.alwayson.core.setting.HostAndPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

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
            case Reading.Invalid _ -> lenient(file);
        };
    }

    private static Admin lenient(Path file) {
        try {
            Object root =
                    new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
            if (root instanceof Map<?, ?> top && top.get("admin") instanceof Map<?, ?> admin) {
                return new Admin(
                        text(admin, "bind").map(HostAndPort::parse).orElse(Admin.STANDARD.bind()),
                        text(admin, "token-file").map(file.toAbsolutePath()::resolveSibling));
            }
        } catch (IOException | YamlEngineException | IllegalArgumentException e) {
            return Admin.STANDARD; // the command says which address it tried
        }
        return Admin.STANDARD;
    }

    private static Optional<String> text(Map<?, ?> admin, String key) {
        return admin.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
    }
}
