package dev.alwayson.node.wiring;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.concurrent.atomic.AtomicLong;
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
    private final AtomicLong lost = new AtomicLong();

    /** For logback.xml. */
    public LogQueue() {
        setNeverBlock(true);
        setDiscardingThreshold(0);
    }

    /** Takes the line if there is room for it, and for the count of those that were lost before. */
    @Override
    protected void append(ILoggingEvent line) {
        order.lock(); // Nobody else adds: the room that is there now is there below.
        try {
            long before = lost.get();
            if (getRemainingCapacity() < (before > 0 ? 2 : 1)) {
                lost.getAndIncrement();
                return;
            }
            if (before > 0) {
                super.append(new Told(before));
                lost.getAndAdd(-before);
            }
            super.append(line);
        } finally {
            order.unlock();
        }
    }

    /** Tells how many are lost; they are to be told again if this is lost, too. */
    private static final class Told extends LoggingEvent {

        final long lost;

        Told(long lost) {
            super(
                    OWN,
                    (Logger) LoggerFactory.getLogger(LogQueue.class),
                    Level.WARN,
                    (lost == 1 ? "1 line of this log is" : lost + " lines of this log are")
                            + " lost: nobody read it, or memory was short; see that it is read"
                            + " without a break, or goes into a file",
                    null,
                    null);
            this.lost = lost;
        }
    }

    @Override
    public void addAppender(Appender<ILoggingEvent> writer) {
        super.addAppender(new Enduring(writer));
    }

    /** An Error costs a line: thrown on, it would end the one thread that writes. */
    private final class Enduring extends UnsynchronizedAppenderBase<ILoggingEvent> {

        private final Appender<ILoggingEvent> writer;

        Enduring(Appender<ILoggingEvent> writer) {
            this.writer = writer;
            start();
        }

        @Override
        protected void append(ILoggingEvent line) {
            try {
                writer.doAppend(line);
            } catch (Throwable e) { // For want of memory perhaps, so no more is made of it here.
                lost.getAndAdd(line instanceof Told told ? told.lost : 1);
            }
        }

        @Override
        public void stop() {
            super.stop();
            writer.stop();
        }
    }
}
