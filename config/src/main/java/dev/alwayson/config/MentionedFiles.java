package dev.alwayson.config;

import dev.alwayson.core.balance.AccessLog;
import dev.alwayson.core.balance.WhenDown;
import dev.alwayson.core.control.Admin;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.setting.FileFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessMode;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.spi.FileSystemProvider;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The files that the configuration names can be used. */
final class MentionedFiles {

    static final long MAX_BYTES = 1 << 20;
    private static final long MAX_TOKEN_BYTES = 4096;

    /** As many as Linux follows. */
    private static final int MAX_LINKS = 40;

    private static final SettingPath DATA = SettingPath.of("data");

    private final Draft draft;

    /** By {@link #identity}, the files that somebody reads, and whose they are. */
    private final Map<Object, String> owners = new HashMap<>();

    private MentionedFiles(Draft draft) {
        this.draft = draft;
    }

    static void check(Draft draft) {
        MentionedFiles files = new MentionedFiles(draft);
        files.own();
        draft.each(Admin.class, files::token);
        draft.each(
                WhenDown.class,
                (path, whenDown) ->
                        whenDown.bodyFile()
                                .ifPresent(body -> files.readable(path.key("body-file"), body)));
        draft.each(AccessLog.class, (path, log) -> files.log(path.key("file"), log.file()));
        draft.configuration().map(Configuration::data).ifPresent(files::folder);
    }

    private void own() {
        Path file = draft.problems().file();
        if (Files.isRegularFile(file)) {
            owners.put(identity(file), "this configuration");
        }
        draft.configuration().map(Configuration::data).filter(_ -> draft.sound(DATA)).stream()
                .flatMap(DataFiles::in)
                .forEach(each -> owners.put(identity(each), "the node's"));
    }

    private void token(SettingPath admin, Admin settings) {
        SettingPath path = admin.key("token-file");
        settings.tokenFile()
                .ifPresent(file -> {
                    readable(path, file);
                    if (draft.sound(path)) {
                        filled(path, file);
                    }
                });
    }

    private void filled(SettingPath path, Path file) {
        try {
            String token = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            if (file.toFile().length() > MAX_TOKEN_BYTES) {
                draft.report(path, "must be a file of at most 4KiB");
            } else if (token.isEmpty()) {
                draft.report(path, "must hold the token, and is empty");
            } else if (!token.matches("[!-~]+")) {
                draft.report(
                        path,
                        "must hold the token: one line of letters, digits and signs of ASCII");
            }
        } catch (IOException e) {
            draft.report(path, "must be readable for the user who runs Always On");
        }
    }

    private void readable(SettingPath path, Path file) {
        if (!draft.sound(path)) {
            return;
        }
        if (!Files.exists(file)) {
            draft.report(path, "must be a file that exists" + lookedFor(path, file));
        } else if (!Files.isRegularFile(file)) {
            draft.report(path, "must be a plain file, not a folder or a device");
        } else if (!Files.isReadable(file)) {
            draft.report(path, "must be readable for the user who runs Always On");
        } else if (file.toFile().length() > MAX_BYTES) {
            draft.report(path, "must be a file of at most 1MiB");
        }
        owners.putIfAbsent(identity(file), "that of " + path);
    }

    private void log(SettingPath path, Path file) {
        if (!draft.sound(path)) {
            return;
        }
        Optional<String> unfit = LogTarget.unfit(file).or(() -> taken(file));
        if (unfit.isPresent()) {
            draft.report(path, unfit.get());
            return;
        }
        Path real = real(file);
        try {
            writable(real);
        } catch (IOException e) {
            String leads = Files.isSymbolicLink(file) ? "the link leads to " + real + ": " : "";
            String why = leads + FileFault.words(e);
            draft.report(
                    path,
                    draft.shown(path),
                    "cannot be written: "
                            + (draft.fromEnvironment().containsKey(path) ? withoutPath(why) : why)
                            + "; create its folder, or give this user the right to write there");
        }
    }

    /**
     * That somebody else would read the lines, as far as the file is there to tell. Asked when the
     * files that are read are known.
     */
    private Optional<String> taken(Path file) {
        return Optional.ofNullable(owners.get(identity(file)))
                .map(owner -> "must be a file of its own, and is " + owner);
    }

    /** What two names of one file have in common; that of what is not there is its path. */
    private static Object identity(Path path) {
        try {
            Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            return key == null ? real(path) : key;
        } catch (IOException e) {
            return real(path);
        }
    }

    /** Its path without links, also of what is not there. */
    private static Path real(Path path) {
        return real(path, MAX_LINKS);
    }

    private static Path real(Path path, int links) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            Path absolute = path.toAbsolutePath().normalize();
            Path parent = absolute.getParent();
            if (parent == null) {
                return absolute;
            }
            Path folder = real(parent, links);
            return target(absolute)
                    .filter(_ -> links > 0)
                    .map(target -> real(folder.resolve(target), links - 1))
                    .orElseGet(() -> folder.resolve(absolute.getFileName()));
        }
    }

    private static Optional<Path> target(Path path) {
        try {
            return Optional.of(Files.readSymbolicLink(path));
        } catch (IOException noLink) {
            return Optional.empty();
        }
    }

    /** That it could be opened for writing; without opening it, for that would make it. */
    private void writable(Path file) throws IOException {
        FileSystemProvider system = file.getFileSystem().provider();
        Path folder = file.getParent();
        if (Files.exists(file) || folder == null) {
            system.checkAccess(file, AccessMode.WRITE);
        } else if (Files.isSymbolicLink(file)) {
            throw new FileSystemException(file.toString(), null, "links in a circle");
        } else if (Files.isRegularFile(folder)) {
            throw new NotDirectoryException(folder.toString());
        } else if (Files.exists(folder) || !made(folder)) {
            system.checkAccess(folder, AccessMode.WRITE, AccessMode.EXECUTE);
        }
    }

    private static String withoutPath(String why) {
        return why.substring(1 + why.lastIndexOf(':')).strip();
    }

    /** Whether it is the data folder, which the node makes; so it is for all that is known. */
    private boolean made(Path folder) {
        return draft.configuration()
                .map(Configuration::data)
                .map(data -> real(data).equals(folder))
                .orElse(true);
    }

    private void folder(Path data) {
        if (Files.exists(data) && !Files.isDirectory(data) && draft.sound(DATA)) {
            draft.report(DATA, draft.shown(DATA), "must be a folder, and is a file");
        }
    }

    /** The whole path, unless something of the environment is in it. */
    private String lookedFor(SettingPath path, Path file) {
        return draft.fromEnvironment().containsKey(path) ? "" : ": there is no " + file;
    }
}
