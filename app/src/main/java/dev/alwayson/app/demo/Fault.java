package dev.alwayson.app.demo;

import java.time.Duration;

/** What the demo does to what it shows. */
sealed interface Fault {

    /** What is done, to whom, for people. */
    String text();

    /** How it ends, for people. */
    String end();

    /** The server that suffers it; empty if none does. */
    String server();

    /** SIGKILL; started again at the end. */
    record Killed(String server) implements Fault {
        @Override
        public String text() {
            return server + " is killed (SIGKILL)";
        }

        @Override
        public String end() {
            return server + " is started again";
        }
    }

    /** SIGSTOP; SIGCONT at the end. */
    record Frozen(String server) implements Fault {
        @Override
        public String text() {
            return server + " is frozen (SIGSTOP)";
        }

        @Override
        public String end() {
            return server + " goes on (SIGCONT)";
        }
    }

    /** Answers 500 to everything. */
    record Failing(String server) implements Fault {
        @Override
        public String text() {
            return server + " answers 500";
        }

        @Override
        public String end() {
            return server + " answers well";
        }
    }

    /** Answers so much later. */
    record Slowed(String server, Duration delay) implements Fault {
        @Override
        public String text() {
            return server + " answers " + delay.toSeconds() + " s late";
        }

        @Override
        public String end() {
            return server + " answers at once";
        }
    }

    /** The configuration changes under load: one server gets three times the work. */
    record Reloaded(String favoured) implements Fault {
        @Override
        public String text() {
            return "reload: " + favoured + " gets weight 3";
        }

        @Override
        public String end() {
            return "reload: all weights are 1";
        }

        @Override
        public String server() {
            return "";
        }
    }
}
