package dev.alwayson.node.admin;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A part of the node that /health looks at. */
public interface HealthPart {

    /** Its key under {@code checks}: {@code journal}. */
    String name();

    /** How it is now. Answers at once: it reads what is known, and never waits. */
    Finding look();

    /** How a part is. */
    enum Status {
        HEALTHY,
        /** Something to look at; the node counts as healthy. */
        WARNING,
        /** The node counts as unhealthy. */
        UNHEALTHY;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How a part was found.
     *
     * @param details shown beside the status, in this order
     */
    record Finding(Status status, Map<String, String> details) {

        public static final Finding HEALTHY = new Finding(Status.HEALTHY, Map.of());

        public Finding {
            details = new LinkedHashMap<>(details);
        }

        public static Finding unhealthy(String error) {
            return new Finding(Status.UNHEALTHY, Map.of("error", error));
        }
    }
}
