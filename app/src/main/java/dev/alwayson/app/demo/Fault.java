package dev.alwayson.app.demo;

import java.time.Duration;

/** What the demo does to what it shows. */
sealed interface Fault {

    /** SIGKILL; started again at the end. */
    record Killed(String server) implements Fault {}

    /** SIGSTOP; SIGCONT at the end. */
    record Frozen(String server) implements Fault {}

    /** Answers 500 to everything. */
    record Failing(String server) implements Fault {}

    /** Answers so much later. */
    record Slowed(String server, Duration delay) implements Fault {}

    /** The configuration changes under load: one server gets three times the work. */
    record Reloaded(String favoured) implements Fault {
        @Override
        public String server() {
            return "";
        }
    }

    /** The server that suffers it; empty if none does. */
    String server();

    /** What is done, to whom, for people. */
    default String text() {
        return switch (this) {
            case Killed it -> it.server + " is killed (SIGKILL)";
            case Frozen it -> it.server + " is frozen (SIGSTOP)";
            case Failing it -> it.server + " answers 500";
            case Slowed it -> it.server + " answers " + it.delay.toSeconds() + " s late";
            case Reloaded it -> "reload: " + it.favoured + " gets weight 3";
        };
    }

    /** How it ends, for people. */
    default String end() {
        return switch (this) {
            case Killed it -> it.server + " is started again";
            case Frozen it -> it.server + " goes on (SIGCONT)";
            case Failing it -> it.server + " answers well";
            case Slowed it -> it.server + " answers at once";
            case Reloaded _ -> "reload: all weights are 1";
        };
    }
}
