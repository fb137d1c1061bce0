package dev.alwayson.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the file may refer to outside itself.
 *
 * @param node the node's name as given on the command line; it goes before the file's
 * @param host the host's name, which is the node's where nobody gave one
 * @param variables for {@code ${env:NAME}}; their values are never printed
 */
public record Environment(
        Optional<String> node, Optional<String> host, Map<String, String> variables) {

    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    public Environment {
        variables = Map.copyOf(variables);
    }

    /** The environment of this process. */
    public static Environment ofProcess(Optional<String> node) {
        return new Environment(node, hostName(), System.getenv());
    }

    private static Optional<String> hostName() {
        try {
            return Optional.of(Files.readString(HOST_NAME).strip());
        } catch (IOException e) {
            // Not a Linux host: its shells export the name.
            return Optional.ofNullable(System.getenv("HOSTNAME"));
        }
    }

    @Override
    public String toString() {
        return "Environment[node=" + node + ", host=" + host + ", variables withheld]";
    }
}
