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

    /** Takes no line until it is read again, and one not at all. */
    private final class Pipe extends AppenderBase<ILoggingEvent> {
        final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent line) {
            full.countDown();
            try {
                readAgain.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (line.getMessage().equals("too much")) {
                throw new OutOfMemoryError("told");
            }
            lines.add(line.getFormattedMessage());
        }
    }

    @Test
    void nobodyWaitsAndTheLinesThatAreLostAreCounted() throws InterruptedException {
        log.info("first");
        full.await();
        for (int i = 0; i < 1000; i++) {
            log.info("line {}", i);
        }
        readAgain.countDown();
        while (queue.getRemainingCapacity() < ROOM) {
            Thread.onSpinWait();
        }
        log.info("again");
        queue.stop();

        assertThat(pipe.lines).hasSize(1 + ROOM + 2);
        assertThat(pipe.lines.get(ROOM)).isEqualTo("line " + (ROOM - 1));
        assertThat(pipe.lines.get(ROOM + 1))
                .startsWith(1000 - ROOM + " lines of this log are lost");
        assertThat(pipe.lines.get(ROOM + 2)).isEqualTo("again");
    }

    @Test
    void anErrorCostsOneLineAndTheNextAreWritten() throws InterruptedException {
        readAgain.countDown();
        log.info("too much");
        log.info("the next");
        while (!pipe.lines.contains("the next")) {
            Thread.onSpinWait();
        }
        log.info("the last");
        queue.stop();

        assertThat(pipe.lines)
                .hasSize(3)
                .endsWith("the last")
                .anyMatch(line -> line.startsWith("1 lines of this log are lost"));
    }
}
