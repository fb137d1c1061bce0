package dev.alwayson.node.shortage;

import dev.alwayson.core.setting.ListenFault;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that this process or its machine has run out of, so that no connection can be made.
 * That says nothing about whoever it was to lead to.
 */
public enum Shortage {
    /** Of this process (EMFILE), or of the machine (ENFILE). */
    DESCRIPTORS("Too many open files", "raise LimitNOFILE= of the unit, or ulimit -n"),

    /**
     * Of this node, by its own count: the system would give more, but files and checks need them.
     */
    PLACES(ListenFault.PLACES_TAKEN, "raise LimitNOFILE= of the unit, or ulimit -n"),

    /** Every local port is in use towards the same address and port (EADDRNOTAVAIL, ip(7)). */
    LOCAL_PORTS(
            "Cannot assign requested address",
            "no local port is left: widen net.ipv4.ip_local_port_range, set net.ipv4.tcp_tw_reuse"
                    + " to 1, let servers keep connections alive, or have more of them");

    private static final int MOST_CAUSES = 8;

    private final String words;
    private final String advice;

    Shortage(String words, String advice) {
        this.words = words;
        this.advice = advice;
    }

    /**
     * Loads what cannot be loaded any more when no descriptor is left, this class included. Called
     * once, at the start.
     */
    public static void load() {
        WaitingThreads.begin();
    }

    /** The words for it, the system's where the system refuses it. */
    public String words() {
        return words;
    }

    /** What to do about it, for the operator. */
    public String advice() {
        return advice;
    }

    /**
     * The shortage for which a connection could not be made, if it was one. Java and Netty tell it
     * by its words alone.
     *
     * @param to where it was to lead; null if that was not known yet
     */
    public static Optional<Shortage> behind(
            @Nullable Throwable failure, @Nullable InetSocketAddress to) {
        if (says(failure, DESCRIPTORS)) {
            return Optional.of(DESCRIPTORS);
        }
        if (says(failure, PLACES)) {
            return Optional.of(PLACES);
        }
        boolean ports = to != null && says(failure, LOCAL_PORTS) && hasSourceFor(to);
        return ports ? Optional.of(LOCAL_PORTS) : Optional.empty();
    }

    private static boolean says(@Nullable Throwable failure, Shortage shortage) {
        Throwable cause = failure;
        for (int i = 0; i < MOST_CAUSES && cause != null; i++) {
            if (String.valueOf(cause.getMessage()).contains(shortage.words)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /**
     * Whether an address of this machine can be the source of what is sent there: without one, as
     * where IPv6 is off, the system's words are the same, and that lasts. UDP has ports of its own
     * and needs the same source; nothing is sent.
     */
    private static boolean hasSourceFor(InetSocketAddress to) {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(to);
            return true;
        } catch (IOException e) {
            return !says(e, LOCAL_PORTS);
        } catch (UnsupportedAddressTypeException e) {
            return false; // Java has no IPv6 here.
        }
    }
}
