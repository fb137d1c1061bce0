package dev.alwayson.e2e.hosts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Takes a private network away, with everything that runs in it. What belongs to a network carries
 * its tag, {@code PID-NUMBER} of the JVM that opened it: the namespaces {@code ao-TAG-…}, the links
 * {@code aoTAGb} and {@code aoTAGv…} and the folder {@code /tmp/ao-hosts-TAG}.
 *
 * <p>A network is taken away by a shell that waits for the end of its standard input, so it also
 * goes when the JVM is killed. What a killed shell left is found by {@link #leftovers} at the next
 * start.
 */
final class Sweep implements AutoCloseable {

    /** Removes what carries the tag $1. It may be called for a tag that has nothing. */
    private static final String REMOVE =
            """
            remove() {
                for space in $(ls /run/netns 2>/dev/null | grep "^ao-$1-"); do
                    for process in $(ip netns pids "$space"); do
                        kill -KILL "$process" 2>/dev/null
                    done
                    ip netns del "$space"
                done
                for link in $(ls /sys/class/net | grep "^ao$1[bv]"); do
                    ip link del "$link" 2>/dev/null
                done
                rm -rf "/tmp/ao-hosts-$1"
            }
            """;

    /** Removes what JVMs that no longer run have left. */
    private static final String LEFTOVERS =
            REMOVE
                    + """
                    {
                        ls /run/netns 2>/dev/null | sed -n 's/^ao-\\([0-9]*-[0-9]*\\)-.*/\\1/p'
                        ls /sys/class/net | sed -n 's/^ao\\([0-9]*-[0-9]*\\)[bv].*/\\1/p'
                        ls /tmp | sed -n 's/^ao-hosts-\\([0-9]*-[0-9]*\\)$/\\1/p'
                    } | sort -u | while read -r tag; do
                        [ -d "/proc/${tag%-*}" ] || remove "$tag"
                    done
                    """;

    /** Waits for the end of its input, deaf to what the terminal sends to all. */
    private static final String AT_THE_END =
            REMOVE
                    + """
                    trap '' INT TERM HUP
                    cat >/dev/null
                    remove "$1"
                    """;

    private final Process shell;

    private Sweep(Process shell) {
        this.shell = shell;
    }

    /** Takes the network of this tag away when closed, or when this JVM ends in whatever way. */
    static Sweep atTheEnd(String tag, Path log) {
        try {
            return new Sweep(
                    new ProcessBuilder("setsid", "sh", "-c", AT_THE_END, "sweep", tag)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void leftovers() {
        Shell.run("sh", "-c", LEFTOVERS);
    }

    @Override
    public void close() {
        try {
            shell.getOutputStream().close();
            if (!shell.waitFor(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the network could not be taken away within 20 s");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the network was taken away", e);
        }
    }
}
