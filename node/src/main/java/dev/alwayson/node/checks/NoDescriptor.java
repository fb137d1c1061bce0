package dev.alwayson.node.checks;

import java.io.IOException;

/**
 * A probe that could not be made, because this process (EMFILE) or machine (ENFILE) had no file
 * descriptor left for it: that says nothing about the target.
 */
final class NoDescriptor extends IOException {

    private static final long serialVersionUID = 1;

    NoDescriptor(IOException cause) {
        super(cause.getMessage(), cause);
    }

    /** Java tells it by the system's words alone. */
    static boolean isWhy(IOException failure) {
        return String.valueOf(failure.getMessage()).contains("Too many open files");
    }
}
