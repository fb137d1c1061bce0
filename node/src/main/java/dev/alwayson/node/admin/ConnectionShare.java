package dev.alwayson.node.admin;

import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.node.shortage.SeldomSaid;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that the admin server takes at a time. Helidon's listener keeps to their number,
 * and accepts nobody while all are taken; here it is told that it has come to that, every 10
 * seconds at most. Safe for use by any thread.
 */
final class ConnectionShare {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionShare.class);
    private static final long SAY_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final HostAndPort bind;
    private final int most;
    private final AtomicInteger taken = new AtomicInteger();
    private final SeldomSaid seldom = new SeldomSaid(SAY_AGAIN_NANOS, System.nanoTime());

    /**
     * @param bind as the configuration has it, for the log
     * @param most from 1
     */
    ConnectionShare(HostAndPort bind, int most) {
        this.bind = bind;
        this.most = most;
    }

    /** A connection has its place. */
    void take() {
        if (taken.incrementAndGet() >= most) {
            seldom.say(System.nanoTime())
                    .ifPresent(more ->
                            LOG.warn(
                                    "{}: all {} connections that the admin server takes are taken,"
                                            + " and who comes now waits for a place; let a firewall"
                                            + " pass only those who watch and command the node, or,"
                                            + " for a larger share, raise LimitNOFILE= of the unit,"
                                            + " or ulimit -n{}",
                                    bind,
                                    most,
                                    more));
        }
    }

    /** It has ended. */
    void giveBack() {
        taken.decrementAndGet();
    }
}
