package dev.alwayson.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.control.Admin;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Shutdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A configuration file that a test writes, and what reading it gives. */
record WrittenFile(Path path, Environment environment) {

    static final Environment LB1 =
            new Environment(Optional.of("lb1"), Optional.of("host7"), Map.of());

    static WrittenFile of(Path folder, String text) throws IOException {
        return new WrittenFile(Files.writeString(folder.resolve("a.yaml"), text), LB1);
    }

    /** What one gives in this folder that says almost nothing. */
    static Configuration standard(Path folder) {
        return new Configuration(
                Optional.empty(),
                folder.resolve("data"),
                Admin.STANDARD,
                Map.of(),
                Map.of(),
                Shutdown.STANDARD);
    }

    WrittenFile in(Environment other) {
        return new WrittenFile(path, other);
    }

    Reading.Valid valid() {
        Reading reading = ConfigurationFile.read(path, environment);
        if (reading instanceof Reading.Valid valid) {
            return valid;
        }
        throw new AssertionError(reading);
    }

    Configuration configuration() {
        return valid().configuration();
    }

    Backend backend(String name) {
        return Objects.requireNonNull(configuration().backends().get(name));
    }

    /** The problems, with the file's folder taken out. */
    List<String> problems() {
        Reading reading = ConfigurationFile.read(path, environment);
        assertThat(reading).isInstanceOf(Reading.Invalid.class);
        return ((Reading.Invalid) reading)
                .problems().stream()
                        .map(problem -> problem.toString().replace(path.getParent() + "/", ""))
                        .toList();
    }
}
