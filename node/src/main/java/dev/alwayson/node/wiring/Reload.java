package dev.alwayson.node.wiring;

import dev.alwayson.core.control.Configuration;
import java.util.ArrayList;
import java.util.List;

/** What a running node cannot change. */
final class Reload {

    private Reload() {}

    /** A line for each setting that differs and takes a restart. */
    static List<String> takesRestart(
            Configuration running, String runningNode, Configuration next, String nextNode) {
        List<String> problems = new ArrayList<>();
        compare(problems, "node", runningNode, nextNode);
        compare(problems, "data", running.data(), next.data());
        compare(problems, "admin.bind", running.admin().bind(), next.admin().bind());
        return problems;
    }

    private static void compare(List<String> problems, String path, Object running, Object next) {
        if (!running.equals(next)) {
            problems.add(
                    path
                            + ": "
                            + next
                            + ": takes a restart, the running node has "
                            + running
                            + "; restart it, or undo this change");
        }
    }
}
