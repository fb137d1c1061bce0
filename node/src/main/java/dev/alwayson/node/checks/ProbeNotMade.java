package dev.alwayson.node.checks;

import dev.alwayson.node.shortage.Shortage;

/** A probe that could not be made for want of something: that says nothing about the target. */
final class ProbeNotMade extends Exception {

    private static final long serialVersionUID = 1;

    private final Shortage why;

    ProbeNotMade(Shortage why, Throwable cause) {
        super(why.words(), cause);
        this.why = why;
    }

    Shortage why() {
        return why;
    }
}
