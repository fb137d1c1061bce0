package dev.alwayson.node.proxy.log;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.alwayson.config.LogTarget;
import dev.alwayson.core.balance.AccessLog;
import dev.alwayson.core.control.Admin;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Shutdown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Lines on their way from event loops to files. */
class AccessLogFileTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;

    @Test
    void linesOfSeveralLoopsArriveWholeAndInTheirOrder() throws Exception {
        Path path = folder.resolve("web.log");
        int loops = 3;
        int requests = 20_000;
        try (AccessLogWriter writer = new AccessLogWriter(1 << 16)) {
            AccessLogFile file = writer.open(path);
            List<Thread> threads = new ArrayList<>();
            for (int loop = 0; loop < loops; loop++) {
                byte[] name = ("loop" + loop).getBytes(US_ASCII);
                AccessLines lines = file.lines(AccessLog.Format.HAPROXY);
                threads.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    AccessEntry entry = new AccessEntry();
                                    for (int i = 0; i < requests; i++) {
                                        entry.clear();
                                        entry.frontend = name;
                                        entry.bytesSent = i;
                                        while (!lines.write(entry)) {
                                            Thread.onSpinWait();
                                        }
                                    }
                                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        List<String> written = Files.readAllLines(path);
        assertThat(written).hasSize(loops * requests);
        for (int loop = 0; loop < loops; loop++) {
            String name = "] loop" + loop + " ";
            List<String> own = written.stream().filter(line -> line.contains(name)).toList();
            assertThat(own).hasSize(requests);
            for (int i = 0; i < requests; i++) {
                assertThat(own.get(i))
                        .endsWith(" -1 " + i + " - - ---- 0/0/0/0/0 0/0 \"<BADREQ>\"");
            }
        }
    }

    @Test
    void aRotatedFileIsLeftAndANewOneBegun() throws Exception {
        Path path = folder.resolve("web.log");
        Path rotated = folder.resolve("web.log.1");
        try (AccessLogWriter writer = new AccessLogWriter(1 << 16)) {
            AccessLines lines = writer.open(path).lines(AccessLog.Format.JSON);
            lines.write(new AccessEntry());
            await(() -> size(path) > 0);
            Files.move(path, rotated);
            lines.write(new AccessEntry());
            long one = size(rotated);
            await(() -> size(rotated) == 2 * one);
            writer.reopen();
            await(() -> Files.exists(path));
            lines.write(new AccessEntry());
            await(() -> size(path) == one);
            assertThat(size(rotated)).isEqualTo(2 * one);
        }
    }

    @Test
    void aLineThatACrashHasTornIsNotContinued() throws Exception {
        Path path = Files.writeString(folder.resolve("web.log"), "{\"time\":\"2026-");
        logOne(path);
        logOne(path);

        assertThat(Files.readAllLines(path))
                .hasSize(3)
                .startsWith("{\"time\":\"2026-")
                .filteredOn(line -> line.startsWith("{") && line.endsWith("}"))
                .hasSize(2);
    }

    private static void logOne(Path path) throws IOException {
        try (AccessLogWriter writer = new AccessLogWriter(1 << 16)) {
            writer.open(path).lines(AccessLog.Format.JSON).write(new AccessEntry());
        }
    }

    @Test
    void aFileThatNobodyLogsToAnyMoreIsWrittenToItsEndAndLeft() throws Exception {
        Path old = folder.resolve("old.log");
        Path next = folder.resolve("next.log");
        try (AccessLogWriter writer = new AccessLogWriter(1 << 10)) {
            AccessLines lines = writer.open(old).lines(AccessLog.Format.JSON);
            AccessLines after = writer.open(next).lines(AccessLog.Format.JSON);
            writer.retain(List.of(next));
            fill(lines);
            lines.close();
            await(() -> !OpenFiles.paths().contains(old));
            assertThat(size(old)).isPositive();
            assertThat(writer.dropped()).isEqualTo(lines.dropped()).isPositive();

            Files.delete(old);
            Files.delete(next);
            writer.reopen();
            after.write(new AccessEntry());
            await(() -> Files.exists(next) && size(next) > 0);
            assertThat(old).as("nor is it begun anew").doesNotExist();
        }
    }

    /** Without a pause, in which the writer would make room. */
    private static void fill(AccessLines lines) {
        AccessEntry entry = new AccessEntry();
        for (int written = 0; lines.write(entry); written++) {
            assertThat(written).isLessThan(1_000_000);
        }
    }

    @Test
    void aFullDiskStopsNothingAndIsOvercome() throws Exception {
        Path path = Files.createSymbolicLink(folder.resolve("web.log"), Path.of("/dev/full"));
        try (AccessLogWriter writer = new AccessLogWriter(1 << 16)) {
            AccessLogFile file = writer.open(path);
            AccessLines lines = file.lines(AccessLog.Format.JSON);
            AccessEntry entry = new AccessEntry();
            await(() -> {
                lines.write(entry);
                return file.failures() > 0 && file.dropped() > 0;
            });
            long dropped = file.dropped();
            Files.delete(path);
            writer.reopen();
            await(() -> lines.write(entry));
            await(() -> Files.exists(path) && size(path) > 1 << 15);
            assertThat(file.dropped()).isGreaterThanOrEqualTo(dropped);
        }
        assertThat(Files.readAllLines(path))
                .allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    }

    @ParameterizedTest
    @CsvSource({"1, 1 line was dropped", "2, 4 lines were dropped"})
    void whatAFullDiskLosesAtTheCloseIsToldOnceForEachFileAndCounted(int loops, String dropped)
            throws Exception {
        Path path = Files.createSymbolicLink(folder.resolve("web.log"), Path.of("/dev/full"));
        Path well = folder.resolve("well.log");
        ListAppender<ILoggingEvent> told = listen();
        AccessLogWriter writer = new AccessLogWriter(1 << 16);
        try (writer) {
            AccessLogFile file = writer.open(path);
            writer.open(well).lines(AccessLog.Format.JSON).write(new AccessEntry());
            for (int loop = 0; loop < loops; loop++) {
                AccessLines lines = file.lines(AccessLog.Format.JSON);
                for (int i = 0; i < loops; i++) {
                    lines.write(new AccessEntry());
                }
            }
            await(() -> file.failures() > 0);
        } finally {
            stopListening(told);
        }
        assertThat(writer.dropped()).isEqualTo((long) loops * loops);
        assertThat(told.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(line -> !line.contains("cannot be written (No space left on device)"))
                .containsExactly(
                        "access log " + path + ": could not be written to the end; " + dropped);
        assertThat(Files.readAllLines(well)).hasSize(1);
    }

    @Test
    void linesThatCameTooFastAreToldOfAtMostEveryTenSecondsAndAtTheEnd() throws Exception {
        Path path = folder.resolve("web.log");
        ListAppender<ILoggingEvent> told = listen();
        try {
            AccessLogFile file = file(path);
            long start = System.nanoTime();
            AccessLines lines = file.lines(AccessLog.Format.JSON);
            file.drain(start);
            fill(lines);
            file.drain(start);
            fill(lines);
            fill(lines);
            file.drain(start + SECONDS.toNanos(9));
            file.drain(start + SECONDS.toNanos(10));
            file.drain(start + SECONDS.toNanos(20));
            fill(lines);
            fill(lines);
            fill(lines);
            file.drain(start + SECONDS.toNanos(20));
            fill(lines);
            file.drain(start + SECONDS.toNanos(21));
            file.close();
            assertThat(file.dropped()).isEqualTo(7);
        } finally {
            stopListening(told);
        }
        assertThat(told.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        tooFast(path, "1 line was dropped"),
                        tooFast(path, "2 lines were dropped"),
                        tooFast(path, "3 lines were dropped"),
                        tooFast(path, "1 line was dropped"));
    }

    @Test
    void linesThatWereLostOtherwiseAreNotToldOfAsTooFast() throws Exception {
        Path path = Files.createSymbolicLink(folder.resolve("web.log"), Path.of("/dev/full"));
        ListAppender<ILoggingEvent> told = listen();
        try {
            AccessLogFile file = file(path);
            long start = System.nanoTime();
            AccessLines lines = file.lines(AccessLog.Format.JSON);
            fill(lines);
            file.drain(start);
            Files.delete(path);
            file.reopen();
            file.drain(start);
            lines.write(new AccessEntry());
            file.drain(start);
            file.drain(start + SECONDS.toNanos(10));
            lines.write(new AccessEntry());
            file.drain(start + SECONDS.toNanos(10));
            Files.delete(path);
            file.drain(start + SECONDS.toNanos(20));
            file.drain(start + SECONDS.toNanos(30));
            file.close();
            assertThat(file.dropped()).isEqualTo(2);
        } finally {
            stopListening(told);
        }
        assertThat(told.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "access log "
                                + path
                                + ": cannot be written (No space left on device); requests are"
                                + " served, and lines are dropped once the buffers are full",
                        "access log " + path + ": is written again; 1 line was dropped",
                        "access log "
                                + path
                                + ": was deleted, with 1 line of the last second; it is begun"
                                + " anew");
    }

    private static String tooFast(Path path, String dropped) {
        return "access log "
                + path
                + ": "
                + dropped
                + ", for lines came faster than they were written;"
                + " alwayson_access_log_dropped_lines_total counts them";
    }

    /** One that the test has written, at times of its own. */
    private static AccessLogFile file(Path path) throws IOException {
        return new AccessLogFile(path, 1 << 16, () -> {}, _ -> Optional.empty());
    }

    private static ListAppender<ILoggingEvent> listen() {
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        told.start();
        ((Logger) LoggerFactory.getLogger(AccessLogFile.class)).addAppender(told);
        return told;
    }

    private static void stopListening(ListAppender<ILoggingEvent> told) {
        ((Logger) LoggerFactory.getLogger(AccessLogFile.class)).detachAppender(told);
    }

    @Test
    void aDeletedFileIsBegunAnewAndEveryLineIsInItOrCounted() throws Exception {
        assertBegunAnew(Files::delete);
    }

    @Test
    void soIsOneInWhosePlaceAnotherWasMade() throws Exception {
        assertBegunAnew(path -> replace(path, Files.createFile(folder.resolve("made"))));
    }

    /** As logrotate does with {@code compress}, and nobody says reload. */
    @Test
    void soIsOneThatWasMovedBefore() throws Exception {
        Path rotated = folder.resolve("web.log.1");
        assertBegunAnew(path -> Files.delete(Files.move(path, rotated)));
    }

    @Test
    void soIsOneThatWasMovedWhenANewOneWasMadeBeforeItsDeletion() throws Exception {
        Path rotated = folder.resolve("web.log.1");
        assertBegunAnew(path -> {
            Files.move(path, rotated);
            Files.createFile(path);
            Files.delete(rotated);
        });
    }

    private interface Deletion {
        void of(Path path) throws IOException;
    }

    private void assertBegunAnew(Deletion deletion) throws Exception {
        Path path = folder.resolve("web.log");
        try (AccessLogWriter writer = new AccessLogWriter(1 << 16)) {
            AccessLogFile file = writer.open(path);
            AccessLines lines = file.lines(AccessLog.Format.JSON);
            lines.write(new AccessEntry());
            await(() -> size(path) > 0);
            long one = size(path);
            deletion.of(path);
            for (int i = 0; i < 9; i++) {
                lines.write(new AccessEntry());
            }
            await(() -> Files.exists(path));
            lines.write(new AccessEntry());
            // The first is not lost if a look has found it in its place before the deletion.
            await(() -> size(path) / one + file.dropped() >= 10);
            assertThat(size(path) / one + file.dropped()).isBetween(10L, 11L);
        }
    }

    @Test
    void aDeletedFileWhoseFolderIsGoneTooIsWaitedFor() throws Exception {
        Path inner = Files.createDirectory(folder.resolve("logs"));
        Path path = inner.resolve("web.log");
        try (AccessLogWriter writer = new AccessLogWriter(1 << 16)) {
            AccessLogFile file = writer.open(path);
            AccessLines lines = file.lines(AccessLog.Format.JSON);
            Files.delete(path);
            Files.delete(inner);
            await(() -> file.failures() > 0);
            lines.write(new AccessEntry());
            Files.createDirectory(inner);
            await(() -> size(path) > 0);
            assertThat(file.dropped()).isZero();
        }
    }

    /** It pauses for a second then, but a close is the last chance. */
    @Test
    void whatCouldNotBeWrittenIsTriedOnceMoreAtTheClose() throws Exception {
        Path inner = Files.createDirectory(folder.resolve("logs"));
        Path path = inner.resolve("web.log");
        try (AccessLogWriter writer = new AccessLogWriter(1 << 16)) {
            AccessLogFile file = writer.open(path);
            AccessLines lines = file.lines(AccessLog.Format.JSON);
            Files.delete(path);
            Files.delete(inner);
            await(() -> file.failures() > 0);
            lines.write(new AccessEntry());
            Files.createDirectory(inner);
        }
        assertThat(path).exists();
        assertThat(Files.readAllLines(path)).hasSize(1);
    }

    /** Whoever opens a FIFO waits until somebody reads it. */
    @Test
    void aFifoIsNeverOpenedSoThatTheOtherFilesAreWritten() throws Exception {
        Path path = folder.resolve("web.log");
        Path other = folder.resolve("other.log");
        try (AccessLogWriter writer = new AccessLogWriter(1 << 16)) {
            goByTheRule(writer);
            AccessLogFile file = writer.open(path);
            AccessLines lines = file.lines(AccessLog.Format.JSON);
            AccessLines others = writer.open(other).lines(AccessLog.Format.JSON);
            fifo(path);
            await(() -> file.failures() > 0);
            lines.write(new AccessEntry());
            others.write(new AccessEntry());
            await(() -> size(other) > 0);
            assertThatThrownBy(() -> writer.open(folder.resolve("link")))
                    .isInstanceOf(IOException.class)
                    .hasMessageEndingWith(
                            "must be a regular file or a character device, and is a FIFO");

            Files.delete(path);
            await(() -> size(path) > 0);
            assertThat(file.dropped()).isZero();
        }
    }

    private void goByTheRule(AccessLogWriter writer) {
        writer.goBy(new LogTarget(folder.resolve("a.yaml"), configuration())::unfit);
    }

    private Configuration configuration() {
        return new Configuration(
                Optional.empty(),
                folder.resolve("data"),
                Admin.STANDARD,
                Map.of(),
                Map.of(),
                Shutdown.STANDARD);
    }

    interface Link {
        Path to(Path link, Path existing) throws IOException;
    }

    static Stream<Link> links() {
        return Stream.of(Files::createSymbolicLink, Files::createLink);
    }

    @ParameterizedTest
    @MethodSource("links")
    void aFileOfTheNodesIsNeverWrittenThroughALinkToIt(Link link) throws Exception {
        Path path = folder.resolve("web.log");
        Path owned = Files.writeString(folder.resolve("a.yaml"), "frontends: {}\n");
        try (AccessLogWriter writer = new AccessLogWriter(1 << 16)) {
            goByTheRule(writer);
            AccessLogFile file = writer.open(path);
            AccessLines lines = file.lines(AccessLog.Format.JSON);
            replace(path, link.to(folder.resolve("made"), owned));
            await(() -> file.failures() > 0);
            lines.write(new AccessEntry());
            writer.reopen();
            await(() -> file.failures() > 1);
            assertThat(owned).hasContent("frontends: {}");

            Files.delete(path);
            await(() -> size(path) > 0);
            assertThat(file.dropped()).isZero();
            assertThat(owned).hasContent("frontends: {}");
        }
    }

    /** The journal's second file comes and goes; the log would be there when it comes. */
    @Test
    void norIsOneMadeThatTheNodeWillMake() throws Exception {
        Path path = folder.resolve("web.log");
        Path owned = Files.createDirectory(folder.resolve("data")).resolve("journal.db-wal");
        try (AccessLogWriter writer = new AccessLogWriter(1 << 16)) {
            goByTheRule(writer);
            AccessLogFile file = writer.open(path);
            replace(path, Files.createSymbolicLink(folder.resolve("made"), owned));
            await(() -> file.failures() > 0);
            assertThatThrownBy(() -> writer.open(owned)).hasMessageEndingWith("is the node's");
            assertThat(owned).doesNotExist();
        }
    }

    @ParameterizedTest
    @MethodSource("links")
    void aLinkToAnyOtherFileIsWrittenThrough(Link link) throws Exception {
        Path path = folder.resolve("web.log");
        Path other = Files.createFile(folder.resolve("other.log"));
        try (AccessLogWriter writer = new AccessLogWriter(1 << 16)) {
            goByTheRule(writer);
            AccessLogFile file = writer.open(path);
            AccessLines lines = file.lines(AccessLog.Format.JSON);
            replace(path, link.to(folder.resolve("made"), other));
            await(() -> {
                lines.write(new AccessEntry());
                return size(other) > 0;
            });
            assertThat(file.failures()).isZero();
        }
    }

    @Test
    void aLinkThatComesWhileTheFileIsBeingOpenedIsSeenBeforeALineIsWritten() throws Exception {
        Path path = folder.resolve("web.log");
        Path owned = Files.writeString(folder.resolve("a.yaml"), "frontends: {}\n");
        Path link = Files.createSymbolicLink(folder.resolve("made"), owned);
        LogTarget target = new LogTarget(owned, configuration());
        try (AccessLogWriter writer = new AccessLogWriter(1 << 16)) {
            AccessLogFile file = writer.open(path);
            AccessLines lines = file.lines(AccessLog.Format.JSON);
            writer.goBy(asked -> {
                Optional<String> unfit = target.unfit(asked);
                if (Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                    moveOver(link, path);
                }
                return unfit;
            });
            Files.delete(path);
            await(() -> file.failures() > 0);
            lines.write(new AccessEntry());
            writer.reopen();
            await(() -> file.failures() > 1);
            assertThat(owned).hasContent("frontends: {}");
            assertThat(OpenFiles.paths()).doesNotContain(owned);
        }
    }

    /** What was opened, and not what has its name a moment later, is what a look must find. */
    @Test
    void filesThatAreReplacedWhileTheyAreOpenedAnewAreBegunAnewOnceMore() throws Exception {
        int count = 200;
        try (AccessLogWriter writer = new AccessLogWriter(1 << 10)) {
            List<AccessLines> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                all.add(writer.open(folder.resolve(i + ".log")).lines(AccessLog.Format.JSON));
                Files.createFile(folder.resolve(i + ".next"));
            }
            Set<Path> asked = ConcurrentHashMap.newKeySet();
            writer.goBy(path -> {
                if (asked.add(path)) {
                    long spared = System.nanoTime() + 1_000L * asked.size();
                    Thread.startVirtualThread(() -> {
                        while (System.nanoTime() - spared < 0) {
                            Thread.onSpinWait();
                        }
                        moveOver(Path.of(path.toString().replace(".log", ".next")), path);
                    });
                }
                return Optional.empty();
            });
            writer.reopen();
            for (int i = 0; i < count; i++) {
                AccessLines lines = all.get(i);
                Path path = folder.resolve(i + ".log");
                await(() -> {
                    lines.write(new AccessEntry());
                    return size(path) > 0;
                });
            }
            assertThat(asked).hasSize(count);
        }
    }

    private static void moveOver(Path link, Path path) {
        try {
            replace(path, link);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As containers have it for /dev/stdout. Who reads it may be gone at a reload. */
    @Test
    void aPipeThatThisProcessHasOpenIsWrittenAndNeverWaitedFor() throws Exception {
        Path other = folder.resolve("other.log");
        Set<Path> before = OpenFiles.writtenPipes();
        Pipe pipe = Pipe.open();
        try (WritableByteChannel kept = pipe.sink();
                AccessLogWriter writer = new AccessLogWriter(1 << 16)) {
            assertThat(kept.isOpen()).isTrue();
            Set<Path> opened = OpenFiles.writtenPipes();
            opened.removeAll(before);
            AccessLogFile file = writer.open(opened.iterator().next());
            AccessLines lines = file.lines(AccessLog.Format.JSON);
            AccessLines others = writer.open(other).lines(AccessLog.Format.JSON);
            lines.write(new AccessEntry());
            ByteBuffer read = ByteBuffer.allocate(1);
            pipe.source().read(read);
            assertThat(read.get(0)).isEqualTo((byte) '{');

            pipe.source().close();
            writer.reopen();
            others.write(new AccessEntry());
            await(() -> size(other) > 0);
            lines.write(new AccessEntry());
            await(() -> file.failures() > 0);
        }
    }

    private void fifo(Path path) throws Exception {
        Path made = folder.resolve("made");
        assertThat(new ProcessBuilder("mkfifo", made.toString()).start().waitFor()).isZero();
        replace(path, made);
        Files.createSymbolicLink(folder.resolve("link"), path);
    }

    @Test
    void aFileThatCannotBeOpenedAnewIsWrittenOn() throws Exception {
        Path inner = Files.createDirectory(folder.resolve("logs"));
        Path path = inner.resolve("web.log");
        Path moved = folder.resolve("moved");
        try (AccessLogWriter writer = new AccessLogWriter(1 << 16)) {
            AccessLogFile file = writer.open(path);
            AccessLines lines = file.lines(AccessLog.Format.JSON);
            Files.move(inner, moved);
            writer.reopen();
            await(() -> file.failures() == 1);
            lines.write(new AccessEntry());
            await(() -> size(moved.resolve("web.log")) > 0);
        }
    }

    @Test
    void closingWritesWhatWaitsAndLinesThatEndGiveTheirMemoryBack() throws Exception {
        Path path = folder.resolve("web.log");
        try (AccessLogWriter writer = new AccessLogWriter(1 << 10)) {
            AccessLogFile file = writer.open(path);
            assertThat(writer.open(folder.resolve("./web.log"))).isSameAs(file);
            AccessLines lines = file.lines(AccessLog.Format.JSON);
            AccessEntry entry = new AccessEntry();
            fill(lines);
            lines.close();
            await(() -> size(path) > 500);
            assertThat(file.dropped()).isEqualTo(lines.dropped()).isPositive();
            file.lines(AccessLog.Format.HAPROXY).write(entry);
        }
        assertThat(Files.readAllLines(path)).last().asString().endsWith("\"<BADREQ>\"");
    }

    /** A fall would be taken for a restart of the process by who reads the counter. */
    @Test
    void whatWasDroppedIsCountedOnceWhileLinesEnd() throws Exception {
        Path path = folder.resolve("web.log");
        int frontends = 5_000;
        try (AccessLogWriter writer = new AccessLogWriter(1 << 6)) {
            AccessLogFile file = writer.open(path);
            List<AccessLines> all = new ArrayList<>();
            for (int i = 0; i < frontends; i++) {
                AccessLines lines = file.lines(AccessLog.Format.JSON);
                lines.write(new AccessEntry()); // Longer than its ring.
                all.add(lines);
            }
            writer.retain(List.of());
            all.forEach(AccessLines::close);
            await(() -> {
                for (int i = 0; i < 100; i++) {
                    assertThat(writer.dropped()).isEqualTo(frontends);
                }
                return !OpenFiles.paths().contains(path);
            });
        }
    }

    /** At once: in the place of one that is only deleted, the file would be begun anew. */
    private static void replace(Path path, Path other) throws IOException {
        Files.move(
                other, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static long size(Path path) {
        try {
            return Files.size(path);
        } catch (IOException e) {
            return 0;
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("waited too long").isNegative();
            Thread.sleep(1);
        }
    }
}
