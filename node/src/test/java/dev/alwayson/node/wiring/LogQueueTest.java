package dev.alwayson.node.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The log, while whoever should read it does not. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LogQueueTest {

    private static final int ROOM = 100;

    private final LoggerContext context = new LoggerContext();
    private final CountDownLatch full = new CountDownLatch(1);
    private final CountDownLatch readAgain = new CountDownLatch(1);
    private final Pipe pipe = new Pipe();
    private final LogQueue queue = new LogQueue();
    private final Logger log = context.getLogger("node");

    LogQueueTest() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        pipe.setContext(context);
        pipe.start();
        queue.setContext(context);
        queue.setQueueSize(ROOM);
        queue.setMaxFlushTime(0); // A stop waits for all lines, however slow the machine is.
        queue.addAppender(pipe);
        queue.start();
        log.setLevel(Level.INFO);
        log.addAppender(queue);
    }

    /** Takes no line until it is read again, and those that meet an Error not at all. */
    private final class Pipe extends AppenderBase<ILoggingEvent> {
        final List<String> lines = new CopyOnWriteArrayList<>();

        /** How many of the next lines meet an Error. */
        final AtomicInteger errors = new AtomicInteger();

        /** One for each line that came, whatever came of it. */
        final Semaphore came = new Semaphore(0);

        @Override
        protected void append(ILoggingEvent line) {
            full.countDown();
            try {
                readAgain.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            try {
                if (errors.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    throw new OutOfMemoryError("told");
                }
                lines.add(line.getFormattedMessage());
            } finally {
                came.release();
            }
        }
    }

    @Test
    void nobodyWaitsAndTheLinesThatAreLostAreCounted() throws InterruptedException {
        lose(1000 - ROOM);
        log.info("again");
        queue.stop();

        assertThat(pipe.lines).hasSize(1 + ROOM + 2);
        assertThat(pipe.lines.get(ROOM)).isEqualTo("line " + (ROOM - 1));
        assertThat(pipe.lines.get(ROOM + 1))
                .startsWith(1000 - ROOM + " lines of this log are lost");
        assertThat(pipe.lines.get(ROOM + 2)).isEqualTo("again");
    }

    /** Lets the pipe fill up, has so many lines more, and reads it again. */
    private void lose(int count) throws InterruptedException {
        log.info("first");
        full.await();
        for (int i = 0; i < ROOM + count; i++) {
            log.info("line {}", i);
        }
        readAgain.countDown();
        pipe.came.acquire(1 + ROOM);
    }

    @Test
    void theCountIsToldLaterIfTheLineThatTellsItMeetsAnError() throws InterruptedException {
        lose(900);
        pipe.errors.set(1);
        log.info("again");
        pipe.came.acquire(2);
        log.info("at last");
        queue.stop();

        assertThat(pipe.lines).hasSize(1 + ROOM + 3).endsWith("at last");
        assertThat(pipe.lines.get(ROOM + 1)).isEqualTo("again");
        assertThat(pipe.lines.get(ROOM + 2)).startsWith("900 lines of this log are lost");
    }

    @Test
    void anErrorCostsOneLineAndTheNextAreWritten() throws InterruptedException {
        readAgain.countDown();
        pipe.errors.set(1);
        log.info("too much");
        log.info("the next");
        pipe.came.acquire(2);
        log.info("the last");
        queue.stop();

        assertThat(pipe.lines)
                .hasSize(3)
                .endsWith("the last")
                .anyMatch(line -> line.startsWith("1 line of this log is lost:"));
    }
}
