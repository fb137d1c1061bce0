package dev.alwayson.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import picocli.CommandLine;

/** A server as the commands take it, {@code BACKEND/SERVER}; a backend's name may have slashes. */
record ServerName(String backend, String server) {

    /** Reads it from the command line. */
    static final class Converter implements CommandLine.ITypeConverter<ServerName> {
        @Override
        public ServerName convert(String text) {
            int slash = text.lastIndexOf('/');
            if (slash < 1 || slash == text.length() - 1 || climbs(text)) {
                throw new CommandLine.TypeConversionException(
                        text + ": must be BACKEND/SERVER, as alwayson status shows them");
            }
            return new ServerName(text.substring(0, slash), text.substring(slash + 1));
        }
    }

    /** In an address these would lead elsewhere; nothing is called so. */
    private static boolean climbs(String text) {
        return Arrays.stream(text.split("/")).anyMatch(Set.of(".", "..")::contains);
    }

    /** As a part of an address of the API. */
    String path() {
        return encoded(backend) + "/" + encoded(server);
    }

    @Override
    public String toString() {
        return backend + "/" + server;
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
