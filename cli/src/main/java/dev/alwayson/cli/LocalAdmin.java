package dev.alwayson.cli;

import dev.alwayson.config.ConfigurationFile;
import dev.alwayson.config.Environment;
import dev.alwayson.config.Problem;
import dev.alwayson.config.Reading;
import dev.alwayson.core.control.Admin;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The admin settings of the file in this folder. A file with problems still tells where its node
 * listens, because that node may well be running; but not if one of them leaves that open: a
 * command that guessed would act on another node.
 */
final class LocalAdmin {

    private LocalAdmin() {}

    /** What the file says of it, or, if there is none, the standard. */
    static Admin of(Path file) throws Refused {
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Admin.STANDARD;
        }
        return switch (ConfigurationFile.read(file, Environment.ofProcess(Optional.empty()))) {
            case Reading.Valid valid -> valid.configuration().admin();
            case Reading.Invalid invalid ->
                    invalid.admin().orElseThrow(() -> unknown(invalid.problems()));
        };
    }

    private static Refused unknown(List<Problem> problems) {
        return new Refused(
                problems.stream().map(Problem::toString).collect(Collectors.joining("\n"))
                        + "\nSo the address of the node is not known, and nothing was asked: name it"
                        + " with --admin, or mend the file.");
    }
}
