package dev.alwayson.node.wiring;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * How many file descriptors a node needs at least: its program, the journal, its loops and
 * listeners take some 100; the rest is for clients, servers, checks and the admin API, which has a
 * share of its own.
 */
public final class DescriptorLimit {

    static final long LEAST = 256;

    private static final int ADMIN_PART = 20;
    private static final int LEAST_ADMIN = 16;
    private static final int MOST_ADMIN = 1000;

    private DescriptorLimit() {}

    /** What is wrong with the limit of this process, for the operator. */
    public static Optional<String> problem() {
        long most = most();
        return most >= LEAST
                ? Optional.empty()
                : Optional.of(
                        "file descriptors: this process may have "
                                + most
                                + ", a node needs at least "
                                + LEAST
                                + "; raise LimitNOFILE= of the unit, or ulimit -n");
    }

    /**
     * How many connections to the admin server there may be, so that strangers cannot take the
     * descriptors of traffic.
     *
     * @param most descriptors of the process
     */
    static int forAdmin(long most) {
        return Math.clamp(most / ADMIN_PART, LEAST_ADMIN, MOST_ADMIN);
    }

    /**
     * How many are left when the admin server has all of its own.
     *
     * @param most descriptors of the process
     */
    static long forProxy(long most) {
        return most - forAdmin(most);
    }

    /** How many this process may have open. */
    static long most() {
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof UnixOperatingSystemMXBean system) {
            long most = system.getMaxFileDescriptorCount();
            return most < 0 ? Long.MAX_VALUE : most; // RLIM_INFINITY is told as -1.
        }
        return Long.MAX_VALUE;
    }
}
