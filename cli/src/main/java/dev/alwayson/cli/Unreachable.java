package dev.alwayson.cli;

/** No node answers there. The message says where, why and what to do. */
final class Unreachable extends Exception {

    private static final long serialVersionUID = 1;

    Unreachable(String message) {
        super(message);
    }
}
