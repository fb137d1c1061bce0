package dev.alwayson.node.wiring;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * How many file descriptors a node needs at least: its program, the journal, its loops and
 * listeners take some 100; the rest is for clients, servers, checks and the admin API.
 */
public final class DescriptorLimit {

    static final long LEAST = 256;

    private DescriptorLimit() {}

    /** What is wrong with the limit of this process, for the operator. */
    public static Optional<String> problem() {
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof UnixOperatingSystemMXBean system) {
            long most = system.getMaxFileDescriptorCount();
            if (most >= 0 && most < LEAST) { // RLIM_INFINITY is told as -1.
                return Optional.of(
                        "file descriptors: this process may have "
                                + most
                                + ", a node needs at least "
                                + LEAST
                                + "; raise LimitNOFILE= of the unit, or ulimit -n");
            }
        }
        return Optional.empty();
    }
}
