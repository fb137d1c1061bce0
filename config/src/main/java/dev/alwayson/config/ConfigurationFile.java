package dev.alwayson.config;

import dev.alwayson.core.control.Admin;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.setting.FileFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.nodes.Node;

/** The configuration file. Reading it has no effect, and never ends with an exception. */
public final class ConfigurationFile {

    /** The rules that no single setting can be held to. */
    private static final List<Consumer<Draft>> CHECKS =
            List.of(
                    Conditions::check,
                    Comparisons::check,
                    References::check,
                    WithoutHttp::check,
                    Addresses::check,
                    MentionedFiles::check,
                    Notes::check);

    /** Where the files that a process has open have names. */
    private static final List<Path> OPEN_FILES =
            List.of(Path.of("/dev/stdin"), Path.of("/dev/fd"), Path.of("/proc"));

    private ConfigurationFile() {}

    /** Reads the file: a configuration, or every problem that it has. */
    public static Reading read(Path file, Environment environment) {
        Problems problems = new Problems(file);
        return bytes(file, problems)
                .flatMap(bytes -> YamlTree.parse(bytes, problems))
                .map(root -> read(file, root, environment, problems))
                .orElseGet(() -> new Reading.Invalid(problems.sorted(), Optional.empty()));
    }

    private static Optional<byte[]> bytes(Path file, Problems problems) {
        if (waitsForAWriter(file)) {
            problems.add(Optional.empty(), "cannot be read", "it is a FIFO; name a YAML file");
            return Optional.empty();
        }
        try (InputStream input = Files.newInputStream(file)) {
            byte[] bytes = input.readNBytes(YamlTree.MAX_BYTES + 1);
            if (bytes.length <= YamlTree.MAX_BYTES) {
                return Optional.of(bytes);
            }
            problems.add(Optional.empty(), "too large", "a configuration file has at most 1MiB");
        } catch (NoSuchFileException e) {
            problems.add(
                    Optional.empty(),
                    "there is no such file",
                    "write it (docs/configuration.md begins with an example), or name another");
        } catch (AccessDeniedException e) {
            problems.add(
                    Optional.empty(), "cannot be read", "let the user who runs Always On read it");
        } catch (IOException e) {
            String reason = Files.isDirectory(file) ? "it is a folder" : FileFault.words(e);
            problems.add(Optional.empty(), "cannot be read", reason + "; name a YAML file");
        }
        return Optional.empty();
    }

    /** To open a FIFO by its name waits; one that this process has open, it was given to read. */
    private static boolean waitsForAWriter(Path file) {
        boolean given = OPEN_FILES.stream().anyMatch(file::startsWith);
        return !given && LogTarget.kind(file).equals(Optional.of(LogTarget.A_FIFO));
    }

    private static Reading read(Path file, Node root, Environment environment, Problems problems) {
        Draft draft = new Draft(problems);
        Optional<String> node = NodeName.find(root, environment, problems);
        Path folder = Objects.requireNonNull(file.toAbsolutePath().normalize().getParent());
        Substitution substitution = new Substitution(node, environment.variables());
        new Binder(draft, substitution, folder).group(Configuration.class, root, SettingPath.TOP);
        // Before the checks: what they find wrong with an address does not make it another one.
        Optional<Admin> admin = draft.admin();
        draft.configuration().ifPresent(_ -> CHECKS.forEach(check -> check.accept(draft)));
        Optional<Configuration> configuration = StandardCheck.configuration(draft);
        List<Problem> found = problems.sorted();
        return found.isEmpty()
                ? new Reading.Valid(
                        configuration.orElseThrow(),
                        node.orElse(""),
                        written(draft),
                        problems.notes())
                : new Reading.Invalid(found, admin);
    }

    private static Map<String, String> written(Draft draft) {
        Map<String, String> written = new LinkedHashMap<>();
        draft.fromEnvironment().forEach((path, text) -> written.put(path.toString(), text));
        return written;
    }
}
