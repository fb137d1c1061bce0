package dev.alwayson.node.admin;

import dev.alwayson.node.shortage.SeldomSaid;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what the admin server itself fails at, at most every 10 s. For any thread. */
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    private static final long SAY_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final SeldomSaid seldom = new SeldomSaid(SAY_AGAIN_NANOS, System.nanoTime());

    /**
     * @param what was asked
     */
    void tell(String what, Throwable failure) {
        seldom.say(System.nanoTime())
                .ifPresent(more ->
                        LOG.warn(
                                "{}: the admin server failed: {}{}", what, failure, more, failure));
    }
}
