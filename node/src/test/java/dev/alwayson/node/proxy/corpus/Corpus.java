package dev.alwayson.node.proxy.corpus;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All entries, from the files beside README.md, which tells how they are written. */
public final class Corpus {

    private Corpus() {}

    public static List<Entry> entries() {
        try (Stream<Path> files =
                Files.list(Path.of(requireNonNull(Corpus.class.getResource("/corpus")).toURI()))) {
            List<Entry> entries = new ArrayList<>();
            for (Path file : files.filter(f -> f.toString().endsWith(".txt")).sorted().toList()) {
                entries.addAll(
                        CorpusFile.read(
                                requireNonNull(file.getFileName()).toString(),
                                Files.readAllLines(file)));
            }
            return List.copyOf(entries);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
