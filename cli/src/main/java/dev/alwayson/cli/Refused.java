package dev.alwayson.cli;

/** The node answered no. The message says what, why and what to do. */
final class Refused extends Exception {

    private static final long serialVersionUID = 1;

    Refused(String message) {
        super(message);
    }
}
