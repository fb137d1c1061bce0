package dev.alwayson.cli;

/** What a command ends with. People's scripts depend on these. */
public final class ExitCode {

    public static final int DONE = 0;

    /** The answer is no: problems found, a command refused. */
    public static final int NO = 1;

    public static final int WRONG_USAGE = 2;
    public static final int NODE_UNREACHABLE = 3;

    private ExitCode() {}
}
