package dev.alwayson.node.admin;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.SocketWriterException;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http1.Http1Connection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.logging.Logger;

/**
 * Helidon's loop (4.5) over the requests of a connection, which has a virtual thread of its own. It
 * catches whatever fails outside of all pages, and then neither says to {@link Replies} what that
 * was nor where; to its log it does, when the answer, if it is a 500, has been sent.
 */
final class RequestLoop {

    /** Held here, because a logger that nobody holds forgets its filter. */
    private static final Logger LOG = Logger.getLogger(Http1Connection.class.getName());

    private static final ThreadLocal<Http1Connection> CONNECTION = new ThreadLocal<>();

    private RequestLoop() {}

    /** Lets it run on this thread, which must end with it. */
    static void run(Http1Connection connection, Limit limit) throws InterruptedException {
        CONNECTION.set(connection);
        connection.handle(limit);
    }

    /** Whether what failed on this thread did so before the first line of a request was read. */
    static boolean failedAtFirstLine() {
        Http1Connection connection = CONNECTION.get();
        return connection != null && connection.canInterrupt();
    }

    /** Has its log tell what failed, and not, with a stack, each client that hangs up in a head. */
    static void logTo(Failures failures) {
        LOG.setFilter(line -> {
            if (line.getThrown() instanceof RequestException thrown
                    && thrown.getCause() != null
                    && !isHangUp(thrown.getCause())) {
                failures.tell(Replies.NAMELESS, thrown.getCause());
            }
            return false;
        });
    }

    /** What a client that goes away causes, or {@link AdmissionDeadline} or a stop that ends it. */
    private static boolean isHangUp(Throwable cause) {
        return cause instanceof IOException
                || cause instanceof UncheckedIOException
                || cause instanceof InterruptedException
                || cause instanceof SocketWriterException
                || cause instanceof CloseConnectionException
                || cause instanceof DataReader.InsufficientDataAvailableException;
    }
}
