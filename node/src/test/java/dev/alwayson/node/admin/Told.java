package dev.alwayson.node.admin;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.slf4j.LoggerFactory;

/** Keeps what is logged as a warning or worse, here and by Helidon, until closed. */
final class Told extends Handler implements AutoCloseable {

    private final List<String> messages;
    private final AppenderBase<ILoggingEvent> ours =
            new AppenderBase<>() {
                @Override
                protected void append(ILoggingEvent line) {
                    if (line.getLevel().isGreaterOrEqual(Level.WARN)) {
                        messages.add(line.getFormattedMessage());
                    }
                }
            };

    private Told(List<String> messages) {
        setLevel(java.util.logging.Level.WARNING);
        this.messages = messages;
        ours.start();
    }

    static Told all(List<String> messages) {
        Told told = new Told(messages);
        java.util.logging.Logger.getLogger("").addHandler(told);
        logback().addAppender(told.ours);
        return told;
    }

    private static Logger logback() {
        return (Logger) LoggerFactory.getLogger(AdminServer.class.getPackageName());
    }

    @Override
    public void publish(LogRecord line) {
        if (isLoggable(line)) {
            messages.add(line.getMessage());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        java.util.logging.Logger.getLogger("").removeHandler(this);
        logback().detachAppender(ours);
    }
}
