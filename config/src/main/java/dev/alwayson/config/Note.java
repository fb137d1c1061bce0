package dev.alwayson.config;

import java.nio.file.Path;

/**
 * Something in the file that breaks no rule, and is hardly what was meant. It keeps no file from
 * being applied.
 *
 * @param path of the setting, as in {@code backends.shop.servers.web2}
 * @param meaning what comes of it, and what to do
 */
public record Note(Path file, Place place, String path, String meaning) {

    /** {@code FILE:LINE:COLUMN: note: path: meaning}. */
    @Override
    public String toString() {
        return file + ":" + place + ": note: " + path + ": " + meaning;
    }
}
