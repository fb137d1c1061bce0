package dev.alwayson.e2e.hosts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A process of a {@link Host}, the first of a process group: what is done to it is done to its
 * children. Used by one thread.
 */
public final class HostProcess {

    private final Process process;
    private final Path log;
    private @Nullable Stutter stutter;

    HostProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    public long pid() {
        return process.pid();
    }

    public boolean running() {
        return process.isAlive();
    }

    /** What it has printed so far, on both streams. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL, and waits until it is gone. Nothing if it is gone already. */
    public void kill() {
        even();
        if (process.isAlive()) {
            signal("KILL");
            awaitExit(Duration.ofSeconds(10));
        }
    }

    /** SIGTERM; returns at once. */
    public void terminate() {
        signal("TERM");
    }

    /** SIGSTOP: connections are still accepted by the kernel, and nothing answers. */
    public void freeze() {
        signal("STOP");
    }

    /** SIGCONT after {@link #freeze}. */
    public void thaw() {
        signal("CONT");
    }

    /**
     * Makes it slow: it stands still for {@code pause}, runs for {@code run}, and so on, until
     * {@link #even}. An answer takes up to {@code pause} longer.
     */
    public void stutter(Duration pause, Duration run) {
        even();
        stutter = new Stutter(pause, run);
    }

    /** Ends {@link #stutter}. */
    public void even() {
        if (stutter != null) {
            stutter.end();
            stutter = null;
        }
    }

    /**
     * @return the exit code
     * @throws IllegalStateException if it still runs after {@code limit}
     */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(pid() + ": still runs after " + limit);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits until it leads its own process group, which it becomes on the way to its program. */
    void awaitGroup() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (process.isAlive() && !leadsGroup()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(pid() + ": not started within 10 s");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private boolean leadsGroup() {
        try {
            // proc(5): after the command in parentheses: state, parent, process group.
            String stat = Files.readString(Path.of("/proc/" + pid() + "/stat"));
            return stat.substring(stat.lastIndexOf(')') + 2)
                    .split(" ", 4)[2]
                    .equals(Long.toString(pid()));
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String name) {
        Shell.run("sh", "-c", "kill -" + name + " -" + process.pid());
    }

    /** The thread that freezes and thaws in turn. */
    private final class Stutter {

        private final CountDownLatch ended = new CountDownLatch(1);
        private final Thread thread;

        Stutter(Duration pause, Duration run) {
            thread =
                    Thread.ofPlatform()
                            .daemon()
                            .name("stutter-" + pid())
                            .start(() -> alternate(pause, run));
        }

        private void alternate(Duration pause, Duration run) {
            try {
                boolean over = false;
                while (!over && process.isAlive()) {
                    freeze();
                    over = ended.await(pause.toMillis(), TimeUnit.MILLISECONDS);
                    thaw();
                    over = over || ended.await(run.toMillis(), TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void end() {
            ended.countDown();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
