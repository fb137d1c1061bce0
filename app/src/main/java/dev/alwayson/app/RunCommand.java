package dev.alwayson.app;

import dev.alwayson.cli.NodeOption;
import dev.alwayson.node.wiring.NodeProcess;
import dev.alwayson.node.wiring.ProxyPath;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code alwayson run}. */
@Command(
        name = "run",
        description = {
            "Starts this node, and runs until it is stopped. Logs go to standard error.",
            "SIGHUP reads the file again. SIGTERM and Ctrl-C finish what runs, then stop; a second"
                    + " one, a second later or more, cuts what runs (exit code 143 or 130)."
        })
public final class RunCommand implements Callable<Integer> {

    private static final String STANDARD_FILE = "alwayson.yaml";

    /** No option, no file of options, and a path in every locale. */
    private static final Pattern PLAIN_FILE = Pattern.compile("[\\w./][\\w./ -]*");

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            defaultValue = STANDARD_FILE,
            description = "The configuration file (default: ${DEFAULT-VALUE}).")
    private Path file = Path.of(STANDARD_FILE);

    @Mixin private NodeOption node = new NodeOption();

    /**
     * The command that these words say, if they say no more than {@code run} and perhaps a file. A
     * start then need not load what reads every other command line.
     */
    static Optional<RunCommand> plain(String[] words) {
        if (words.length == 0 || words.length > 2 || !words[0].equals("run")) {
            return Optional.empty();
        }
        RunCommand run = new RunCommand();
        if (words.length == 2) {
            if (!PLAIN_FILE.matcher(words[1]).matches()) {
                return Optional.empty();
            }
            run.file = Path.of(words[1]);
        }
        return Optional.of(run);
    }

    @Override
    public Integer call() throws InterruptedException {
        return NodeProcess.run(file, node.name(), ProxyPath::open, System.err);
    }
}
