package dev.alwayson.core.setting;

import java.util.regex.Pattern;

/** Why an address could not be listened on, and what to do about it. */
public final class ListenFault {

    /** What a node says of its own count, as the system does of its own. */
    public static final String PLACES_TAKEN = "places for sockets are taken";

    /** What Netty puts before the system's words; Java puts nothing there. */
    private static final Pattern CALL =
            Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

    private ListenFault() {}

    /**
     * What the system said, and the next step, as the end of a sentence. Java and Netty tell the
     * fault by the system's words alone (bind(2)).
     *
     * @param why what the system said
     * @param other what may be chosen instead: {@code another address}
     */
    public static String words(String why, String other) {
        return CALL.matcher(why).replaceFirst("") + "; " + next(why, other);
    }

    private static String next(String why, String other) {
        return why.contains("Too many open files") || why.contains(PLACES_TAKEN)
                ? "raise LimitNOFILE= of the unit, or ulimit -n"
                : correction(why) + ", or choose " + other;
    }

    private static String correction(String why) {
        if (why.contains("Permission denied")) {
            return "a port below 1024 takes root, or the right that"
                    + " AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit gives: give it";
        }
        if (why.contains("Cannot assign requested address")) {
            return "no interface of this machine has it: correct it, give it to an interface";
        }
        if (why.contains("Address already in use")) {
            return "stop what uses it";
        }
        return "correct it";
    }
}
