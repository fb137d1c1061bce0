package dev.alwayson.cli;

import dev.alwayson.core.control.Admin;
import dev.alwayson.core.setting.HostAndPort;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which node a command talks to. */
final class AdminOptions {

    private static final Path FILE = Path.of("alwayson.yaml");

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            converter = AddressConverter.class,
            description = {
                "The node's admin address. Default: that of",
                "alwayson.yaml in this folder, else 127.0.0.1:7070."
            })
    private Optional<HostAndPort> address = Optional.empty();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "The file with the node's token. Default: as for --admin.")
    private Optional<Path> tokenFile = Optional.empty();

    AdminClient client() throws Refused {
        Admin local = address.isEmpty() ? LocalAdmin.of(FILE) : Admin.STANDARD;
        HostAndPort node = address.isEmpty() ? local.bind() : address.get();
        Optional<Path> file = tokenFile.or(local::tokenFile);
        return new AdminClient(reachable(node), file.isEmpty() ? "" : token(file.get()));
    }

    /** An address to listen on that means every address is reached by the loopback one. */
    private static HostAndPort reachable(HostAndPort node) {
        boolean every =
                node.host().isEmpty() || node.host().equals("0.0.0.0") || node.host().equals("::");
        return every ? new HostAndPort("127.0.0.1", node.port()) : node;
    }

    private static String token(Path file) throws Refused {
        String token;
        try {
            token = Files.readString(file).strip();
        } catch (IOException e) {
            throw new Refused(
                    file
                            + ": the token cannot be read: "
                            + why(e)
                            + "; name its file with --token-file");
        }
        if (token.matches("[!-~]+")) {
            return token;
        }
        throw new Refused(file + ": must hold the token: one line of letters, digits and signs");
    }

    private static String why(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "this user may not read it";
            case CharacterCodingException _ -> "it is no text";
            default -> String.valueOf(failure.getMessage());
        };
    }
}
