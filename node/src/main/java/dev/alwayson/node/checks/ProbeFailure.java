package dev.alwayson.node.checks;

/** A probe that found its target unwell; the message is the reason, in a few words. */
final class ProbeFailure extends Exception {

    private static final long serialVersionUID = 1;

    ProbeFailure(String reason) {
        // Thousands of failing targets are no reason to walk stacks.
        super(reason, null, false, false);
    }

    /** The reason; never null, unlike the message of exceptions at large. */
    String reason() {
        return String.valueOf(getMessage());
    }
}
