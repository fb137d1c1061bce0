package dev.alwayson.config;

import dev.alwayson.core.control.Admin;
import dev.alwayson.core.control.Configuration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What reading a configuration file came to. */
public sealed interface Reading {

    /**
     * A configuration without a problem.
     *
     * @param node this node's name: of the command line, else the file, else the host
     * @param fromEnvironment how the settings are written that hold something of the environment,
     *     by their path; they are printed so, because it may be a secret
     * @param notes what is worth knowing, in the order of the file
     */
    record Valid(
            Configuration configuration,
            String node,
            Map<String, String> fromEnvironment,
            List<Note> notes)
            implements Reading {

        public Valid {
            fromEnvironment = Collections.unmodifiableMap(new LinkedHashMap<>(fromEnvironment));
            notes = List.copyOf(notes);
        }
    }

    /**
     * A file that cannot be a configuration.
     *
     * @param problems every problem, in the order of the file; at least one
     * @param admin what it says of the node's own door, for a node that was started from an earlier
     *     state of the file may well be running; empty if a problem leaves open what it says
     */
    record Invalid(List<Problem> problems, Optional<Admin> admin) implements Reading {

        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
