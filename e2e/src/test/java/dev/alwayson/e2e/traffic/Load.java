package dev.alwayson.e2e.traffic;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A steady load of requests from clients that try nothing again: each sends the next one when it
 * has the answer to the one before. Of five requests four are GET, one is PUT with a small body:
 * all idempotent. Safe for use by several threads.
 */
final class Load implements AutoCloseable {

    /** What a client does with its connection. */
    enum Habit {
        /** Uses it for every request. */
        KEEP,
        /** Uses it for one, which says so. */
        CLOSE
    }

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(3);
    private static final String PUT_BODY = "a small body ".repeat(20);

    private final int port;
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger opened = new AtomicInteger();
    private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<Thread> clients;
    private volatile boolean stopping;

    private Load(int port, Habit habit, int count) {
        this.port = port;
        this.clients =
                IntStream.range(0, count)
                        .mapToObj(i -> Thread.ofVirtual().unstarted(() -> client(habit)))
                        .toList();
    }

    /** Starts so many clients of a port of the loopback address. */
    static Load on(int port, Habit habit, int clients) {
        Load load = new Load(port, habit, clients);
        load.clients.forEach(Thread::start);
        load.awaitMore(clients);
        return load;
    }

    /** Waits until so many more requests were answered or have failed. */
    void awaitMore(int count) {
        int goal = answered.get() + failures.size() + count;
        Patience.await(count + " more requests", () -> answered.get() + failures.size() >= goal);
    }

    /** Lets every client end with the request that it has sent. */
    void stop() {
        stopping = true;
        for (Thread client : clients) {
            try {
                if (!client.join(java.time.Duration.ofSeconds(30))) {
                    throw new IllegalStateException("a client has no answer after 30 s");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    /** What went wrong, a line for each request. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    int answered() {
        return answered.get();
    }

    /** Connections opened so far. */
    int opened() {
        return opened.get();
    }

    /** How many requests were answered with this body. */
    int answeredBy(String body) {
        AtomicInteger count = answers.get(body);
        return count == null ? 0 : count.get();
    }

    /** The bodies of the answers, and how many had each. */
    Map<String, Integer> answers() {
        Map<String, Integer> all = new TreeMap<>();
        answers.forEach((body, count) -> all.put(body, count.get()));
        return all;
    }

    private void client(Habit habit) {
        int sent = 0;
        while (!stopping) {
            try (RawClient connection = RawClient.open(port)) {
                opened.getAndIncrement();
                boolean more = true;
                while (more && !stopping) {
                    more = request(connection, sent++, habit);
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (IOException e) {
                failures.add("request " + sent + " of a client that would " + habit + ": " + e);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private boolean request(RawClient connection, int number, Habit habit) throws IOException {
        boolean put = number % 5 == 4;
        String[] headers =
                habit == Habit.CLOSE ? new String[] {"Connection: close"} : new String[0];
        Answer answer = connection.send(put ? "PUT" : "GET", "/", put ? PUT_BODY : "", headers);
        if (answer.status() == 200) {
            answered.getAndIncrement();
            answers.computeIfAbsent(answer.body().strip(), body -> new AtomicInteger())
                    .getAndIncrement();
        } else {
            failures.add(answer.toString());
        }
        return !answer.closing();
    }

    @Override
    public void close() {
        stopping = true;
        clients.forEach(Thread::interrupt);
    }
}
