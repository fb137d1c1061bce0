package dev.alwayson.e2e.traffic;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Visitors who come at a fixed rate, whatever became of those before them, as those of the Internet
 * do: each asks once, by a connection of its own, and tries nothing again. Safe for use by several
 * threads.
 */
final class SteadyVisitors implements AutoCloseable {

    /**
     * One visitor's whole visit.
     *
     * @param came by the clock of {@link System#nanoTime}
     * @param failure what went wrong; empty if it was answered with 200
     */
    record Visit(long came, long nanos, String failure) {}

    private static final int PER_SECOND = 40;
    private static final Duration MOST_WAIT = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;

    private final int port;
    private final Queue<Visit> visits = new ConcurrentLinkedQueue<>();
    private final Thread door = Thread.ofVirtual().unstarted(this::come);
    private final Queue<Thread> inside = new ConcurrentLinkedQueue<>();
    private volatile boolean stopping;

    private SteadyVisitors(int port) {
        this.port = port;
    }

    /** 40 a second, from now on, at a port of the loopback address. */
    static SteadyVisitors at(int port) {
        SteadyVisitors visitors = new SteadyVisitors(port);
        visitors.door.start();
        return visitors;
    }

    private void come() {
        long next = System.nanoTime();
        while (!stopping) {
            inside.add(Thread.ofVirtual().start(this::visit));
            next += PAUSE_NANOS;
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private void visit() {
        long came = System.nanoTime();
        String failure = ask();
        visits.add(new Visit(came, System.nanoTime() - came, failure));
    }

    private String ask() {
        try {
            Answer answer = RawClient.once(port, "/");
            return answer.status() == 200 ? "" : answer.toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Waits until so many of those have gone who came after this moment. */
    void await(int count, long moment) {
        Patience.await(
                count + " more visits",
                () -> visits.stream().filter(visit -> visit.came() - moment > 0).count() >= count);
    }

    /** Lets no more in, and waits until the last one has gone. */
    List<Visit> end() throws InterruptedException {
        stopping = true;
        door.join();
        for (Thread visitor : inside) {
            if (!visitor.join(MOST_WAIT)) {
                throw new IllegalStateException("a visitor has no answer after " + MOST_WAIT);
            }
        }
        return List.copyOf(visits);
    }

    @Override
    public void close() {
        stopping = true;
        inside.forEach(Thread::interrupt);
    }
}
