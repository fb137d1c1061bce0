package dev.alwayson.app.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A steady load: so many requests a second, whether or not those before them were answered. Most
 * use a kept connection, every tenth one of its own; every eighth is a PUT with a body. Nothing is
 * tried again.
 */
final class Load implements AutoCloseable {

    private static final int MOST_AT_A_TIME = 2000;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final String BODY = "[" + "\"a small order\", ".repeat(20) + "1]";

    private final int port;
    private final long periodNanos;
    private final Tally tally;
    private final Semaphore atATime = new Semaphore(MOST_AT_A_TIME);
    private final Deque<Idle> idle = new ConcurrentLinkedDeque<>();
    private final Thread pace;
    private volatile boolean stopped;

    /** Starts at once. */
    Load(int port, int perSecond, Tally tally) {
        this.port = port;
        this.periodNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.tally = tally;
        this.pace = Thread.ofPlatform().daemon().name("load").start(this::pace);
    }

    private void pace() {
        long due = System.nanoTime();
        for (long number = 1; !stopped; number++) {
            due += periodNanos;
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            if (atATime.tryAcquire()) {
                long mine = number;
                Thread.ofVirtual().start(() -> request(mine));
            } else {
                tally.failed("not sent: " + MOST_AT_A_TIME + " requests wait for their answers");
            }
        }
    }

    private void request(long number) {
        String method = number % 8 == 0 ? "PUT" : "GET";
        String path = "/item/" + number % 100;
        boolean keep = number % 10 != 0;
        long began = System.nanoTime();
        try {
            HttpConnection connection = keep ? kept() : null;
            if (connection == null) {
                connection = HttpConnection.open(port, PATIENCE);
            }
            HttpAnswer answer =
                    send(connection, method, path, method.equals("PUT") ? BODY : "", keep);
            if (answer.status() == 200) {
                tally.answered(
                        answer.headers().getOrDefault("server", "?"), System.nanoTime() - began);
            } else {
                tally.failed(method + " " + path + ": " + answer.status() + " " + answer.headers());
            }
        } catch (AnswerCut e) {
            tally.cut();
        } catch (IOException e) {
            tally.failed(method + " " + path + ": " + e);
        } finally {
            atATime.release();
        }
    }

    private HttpAnswer send(
            HttpConnection connection, String method, String path, String body, boolean keep)
            throws IOException {
        HttpAnswer answer;
        try {
            answer = connection.send(method, path, body, keep);
        } catch (IOException e) {
            connection.close();
            throw e;
        }
        if (answer.keepAlive()) {
            idle.push(new Idle(connection, System.nanoTime()));
        } else {
            connection.close();
        }
        return answer;
    }

    /** The connection used last, if any is fresh; those unused for long are closed. */
    private @Nullable HttpConnection kept() throws IOException {
        for (Idle last = idle.poll(); last != null; last = idle.poll()) {
            if (System.nanoTime() - last.since() < IDLE_NANOS) {
                return last.connection();
            }
            last.connection().close();
        }
        return null;
    }

    /** Sends nothing more; what was sent may still be answered. */
    void stop() {
        stopped = true;
    }

    /**
     * @return whether everything sent has ended within the time
     */
    boolean awaitAnswers(Duration limit) throws InterruptedException {
        pace.join(limit);
        boolean all = atATime.tryAcquire(MOST_AT_A_TIME, limit.toMillis(), TimeUnit.MILLISECONDS);
        if (all) {
            atATime.release(MOST_AT_A_TIME);
        }
        return all;
    }

    @Override
    public void close() throws IOException {
        stop();
        for (Idle last = idle.poll(); last != null; last = idle.poll()) {
            last.connection().close();
        }
    }

    private record Idle(HttpConnection connection, long since) {}
}
