package dev.alwayson.node.wiring;

import java.util.List;

/** The node cannot start. Each reason is a line for the operator that says what to do. */
public final class StartFailed extends Exception {

    private static final long serialVersionUID = 1;

    private final transient List<String> reasons;

    StartFailed(List<String> reasons) {
        super(String.join("\n", reasons));
        this.reasons = List.copyOf(reasons);
    }

    StartFailed(Exception cause) {
        super(String.valueOf(cause.getMessage()), cause);
        this.reasons = List.of(String.valueOf(cause.getMessage()));
    }

    /** At least one. */
    public List<String> reasons() {
        return reasons;
    }
}
