package dev.alwayson.node.journal;

import java.io.IOException;

/** The journal's file cannot be used. The message says which, why, and what to do. */
public final class JournalUnreadable extends IOException {

    private static final long serialVersionUID = 1;

    JournalUnreadable(String message) {
        super(message);
    }

    JournalUnreadable(String message, Throwable cause) {
        super(message, cause);
    }
}
