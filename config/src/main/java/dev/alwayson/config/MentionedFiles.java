package dev.alwayson.config;

import dev.alwayson.core.balance.AccessLog;
import dev.alwayson.core.balance.WhenDown;
import dev.alwayson.core.control.Admin;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.setting.FileFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessMode;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.spi.FileSystemProvider;
import java.util.Optional;

/** The files that the configuration names can be used. */
final class MentionedFiles {

    static final long MAX_BYTES = 1 << 20;
    private static final long MAX_TOKEN_BYTES = 4096;

    private static final SettingPath DATA = SettingPath.of("data");

    private final Draft draft;

    private MentionedFiles(Draft draft) {
        this.draft = draft;
    }

    static void check(Draft draft) {
        MentionedFiles files = new MentionedFiles(draft);
        draft.each(Admin.class, files::token);
        draft.each(
                WhenDown.class,
                (path, whenDown) ->
                        whenDown.bodyFile()
                                .ifPresent(body -> files.readable(path.key("body-file"), body)));
        draft.configuration()
                .ifPresent(configuration -> {
                    LogTarget target = new LogTarget(draft.problems().file(), configuration);
                    draft.each(
                            AccessLog.class,
                            (path, log) -> files.log(path.key("file"), log.file(), target));
                    files.folder(configuration.data());
                });
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
    }

    private void log(SettingPath path, Path file, LogTarget target) {
        if (!draft.sound(path)) {
            return;
        }
        Optional<String> unfit = target.unfit(file);
        if (unfit.isPresent()) {
            draft.report(path, unfit.get());
            return;
        }
        Path real = FileIdentity.real(file);
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

    /** That it could be opened for writing; without opening it, for that would make it. */
    private void writable(Path file) throws IOException {
        FileSystemProvider system = file.getFileSystem().provider();
        Path folder = file.getParent();
        if (Files.exists(file) || folder == null) {
            system.checkAccess(file, AccessMode.WRITE);
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
                .map(data -> FileIdentity.real(data).equals(folder))
                .orElse(true);
    }

    private void folder(Path data) {
        if (!draft.sound(DATA)) {
            return;
        }
        if (Files.exists(data) && !Files.isDirectory(data)) {
            draft.report(DATA, draft.shown(DATA), "must be a folder, and is a file");
        } else if (FileIdentity.endless(data)) {
            draft.report(
                    DATA,
                    draft.shown(DATA),
                    "must be a folder, and is behind links that lead in a circle: remove one of"
                            + " them, or name another folder");
        }
    }

    /** The whole path, unless something of the environment is in it. */
    private String lookedFor(SettingPath path, Path file) {
        return draft.fromEnvironment().containsKey(path) ? "" : ": there is no " + file;
    }
}
