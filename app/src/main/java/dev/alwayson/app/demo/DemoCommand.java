package dev.alwayson.app.demo;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code alwayson demo}. */
@Command(
        name = "demo",
        description = {
            "Web servers, the balancer, a steady load, faults: watch nothing fail.",
            "A server is killed, frozen, made to fail, slowed, and a file reloaded, in this order: 6 s show"
                    + " the first, 15 s three, 20 s all.",
            "Exits with 0 only if every request was answered."
        })
public final class DemoCommand implements Callable<Integer> {

    private static final int LEAST_SECONDS = 6;
    private static final int MOST_SECONDS = 86_400;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "30",
            description = "How long the load lasts, 6 to 86400 (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Override
    public Integer call() throws InterruptedException {
        if (seconds < LEAST_SECONDS || seconds > MOST_SECONDS) {
            System.err.printf(
                    "alwayson: demo: --seconds: %d: must be from %d to %d%n",
                    seconds, LEAST_SECONDS, MOST_SECONDS);
            return 2;
        }
        PrintStream output = System.out;
        boolean terminal = terminal();
        Colour colour = Colour.of(terminal, environment("NO_COLOR"), environment("TERM"));
        boolean picture =
                terminal && TerminalSize.ask().map(TerminalSize::holdsPicture).orElse(true);
        if (terminal && !picture) {
            output.println("The terminal is smaller than 80 by 24: told in lines");
        }
        Stage stage =
                picture
                        ? new Stage.Terminal(output, colour, TerminalSize::ask)
                        : new Stage.Lines(output);
        output.println("Starting four web servers and the balancer");
        try (Demo demo = new Demo(Duration.ofSeconds(seconds), stage)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(demo, output), "demo-end"));
            int code = run(demo, output, colour);
            if (output.checkError()) {
                System.err.println(
                        "alwayson: demo: what it shows could not be written; look at where the"
                                + " output goes");
                return 1;
            }
            return code;
        } catch (IOException e) {
            System.err.println("alwayson: demo: " + e.getMessage());
            return 1;
        }
    }

    private static int run(Demo demo, PrintStream output, Colour colour)
            throws IOException, InterruptedException {
        try {
            Summary summary = demo.run();
            if (demo.ending()) {
                return 1;
            }
            output.println();
            summary.lines().forEach(output::println);
            boolean good = summary.good();
            output.println(
                    good
                            ? colour.good("Every request was answered.")
                            : colour.bad("The promise was not kept."));
            return good ? 0 : 1;
        } catch (IOException e) {
            if (demo.ending()) {
                // What was asked fell silent because everything is being ended.
                return 1;
            }
            throw e;
        }
    }

    /** Ends what a signal has interrupted, and says so; what has ended already it leaves. */
    private static void end(Demo demo, PrintStream output) {
        boolean early = !demo.ending();
        String soFar = demo.soFar();
        try {
            demo.close();
            if (early) {
                output.println(soFar);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean terminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
                && !environment("TERM").equals("dumb");
    }

    private static String environment(String name) {
        return Optional.ofNullable(System.getenv(name)).orElse("");
    }
}
