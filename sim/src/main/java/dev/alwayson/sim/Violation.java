package dev.alwayson.sim;

/** A rule did not hold. The message says which, where in the run, and how to see it again. */
public final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Violation(String message) {
        super(message);
    }

    Violation(long seed, long step, Object input, RuntimeException cause) {
        super(
                "seed %d, step %d, after %s: %s (replay: ./mvnw -pl sim -am test -Dtest=SchedulesTest -Dseed=%d -Dsurefire.failIfNoSpecifiedTests=false)"
                        .formatted(seed, step, input, cause.getMessage(), seed),
                cause);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency for this alone
    static void unless(boolean holds, String rule, Object... arguments) {
        if (!holds) {
            throw new Violation(rule.formatted(arguments));
        }
    }
}
