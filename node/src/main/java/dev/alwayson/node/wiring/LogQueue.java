package dev.alwayson.node.wiring;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.LoggerFactory;

/**
 * The node's log on its way out, so that nothing waits for whoever reads it: a pipe that nobody
 * reads takes no line any more, and holds whoever writes one. Lines beyond {@code queueSize} are
 * lost, and counted in the next one that is not. For any thread.
 */
public final class LogQueue extends AsyncAppender {

    private static final String OWN = LogQueue.class.getName();

    private final ReentrantLock order = new ReentrantLock();
    private long lost;

    /** For logback.xml. */
    public LogQueue() {
        setNeverBlock(true);
        setDiscardingThreshold(0);
    }

    @Override
    protected void append(ILoggingEvent line) {
        order.lock();
        try {
            // Only others take from the queue meanwhile: what there is room for now finds it.
            int needed = lost > 0 ? 2 : 1;
            if (getRemainingCapacity() < needed) {
                lost++;
                return;
            }
            if (lost > 0) {
                super.append(told(lost));
                lost = 0;
            }
            super.append(line);
        } finally {
            order.unlock();
        }
    }

    private static ILoggingEvent told(long lost) {
        return new LoggingEvent(
                OWN,
                (Logger) LoggerFactory.getLogger(LogQueue.class),
                Level.WARN,
                "{} lines of this log are lost: whoever reads it did not; see to that it is read"
                        + " without a break, or goes into a file",
                null,
                new Object[] {lost});
    }
}
