package dev.alwayson.cli;

import dev.alwayson.core.setting.DurationText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sends nothing new to a server; what runs there finishes. */
@Command(name = "drain", description = "Sends nothing new to a server; what runs there finishes.")
final class DrainCommand extends StateCommand {

    private static final Duration STANDARD_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    @Option(names = "--wait", description = "Returns when no connection remains.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "With --wait: how long at most, as in 30s or 5m. Default: 5m.")
    private Optional<Duration> timeout = Optional.empty();

    DrainCommand() {
        super("drain");
    }

    @Override
    Optional<String> wrongUsage() {
        return wait || timeout.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "--timeout: says how long --wait waits, give both: --wait --timeout "
                                + DurationText.format(timeout.get()));
    }

    @Override
    int then(AdminClient client, ServerName server, int connections, PrintWriter out)
            throws Unreachable, Refused, InterruptedException {
        if (!wait) {
            return ExitCode.DONE;
        }
        Duration most = timeout.orElse(STANDARD_TIMEOUT);
        long deadline = System.nanoTime() + most.toNanos();
        int remaining = connections;
        while (remaining > 0) {
            if (System.nanoTime() - deadline >= 0) {
                throw new Refused(
                        server
                                + ": "
                                + remain(remaining)
                                + " after "
                                + DurationText.format(most)
                                + "; it stays drained, wait longer or stop it");
            }
            Thread.sleep(LOOK_EVERY);
            int before = remaining;
            // A server that a reload removed has none.
            remaining = ShownServer.of(client, server).map(ShownServer::connections).orElse(0);
            if (remaining != before) {
                out.println(remain(remaining));
                out.flush();
            }
        }
        return ExitCode.DONE;
    }

    /** Reads {@code 30s} from the command line. */
    static final class DurationConverter implements CommandLine.ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                boolean negative = text.startsWith("-");
                Duration time = DurationText.parse(negative ? text.substring(1) : text);
                if (negative || time.isZero()) {
                    throw new IllegalArgumentException("must be more than 0s, as in 30s or 5m");
                }
                return time;
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(text + ": " + e.getMessage());
            }
        }
    }
}
