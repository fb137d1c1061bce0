package dev.alwayson.core.setting;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why a file or folder could not be used, in an operator's words instead of Java's. */
public final class FileFault {

    private FileFault() {}

    /** Which one, where that is known, and why: {@code /srv/data/lock: permission denied}. */
    public static String words(IOException fault) {
        String told = fault.getMessage();
        String reason =
                switch (fault) {
                    case AccessDeniedException _ -> "permission denied";
                    case NoSuchFileException _ -> "no such file or folder";
                    case FileAlreadyExistsException _ -> "a file is in its place";
                    case NotDirectoryException _ -> "not a folder";
                    case DirectoryNotEmptyException _ -> "the folder is not empty";
                    default -> "";
                };
        if (told == null) {
            return reason.isEmpty() ? fault.getClass().getSimpleName() : reason;
        }
        return reason.isEmpty() ? told : told + ": " + reason;
    }
}
