package dev.alwayson.node.checks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.setting.Percent;
import dev.alwayson.core.setting.StatusRange;
import dev.alwayson.core.target.HealthCheck;
import dev.alwayson.core.target.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Measures what health checks cost: 1,000 targets every 2 s, as cores of this process, with the
 * servers in another process. Prints; asserts nothing, since the machine decides.
 *
 * <pre>
 * ./mvnw -B -pl node -am test-compile dependency:build-classpath -Dmdep.outputFile=/tmp/classpath
 * java -XX:+UseSerialGC -XX:+UseCompactObjectHeaders \
 *     -cp node/target/test-classes:node/target/classes:$(cat /tmp/classpath) \
 *     dev.alwayson.node.checks.ChecksCost http 1000 2000 30
 * </pre>
 *
 * The arguments: http or tcp, the number of targets, the interval in milliseconds, how many seconds
 * are measured, and {@code cold} to measure from the first probe on.
 *
 * <p>The targets are 127.0.0.1 to 127.0.3.232, which all reach the one responder. The time of the
 * whole process counts: probes, timer, collector, compiler; unless {@code cold}, after 40 s at four
 * times the rate, since a node runs for longer than a measurement.
 */
public final class ChecksCost {

    private static final Duration WARM_UP = Duration.ofSeconds(40);
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n"
                    .getBytes(ISO_8859_1);

    private final LongAdder well = new LongAdder();
    private final LongAdder unwell = new LongAdder();
    private final Duration interval;
    private volatile boolean warm;
    private final Checks checks = new Checks(this::again);

    private ChecksCost(Duration interval, boolean warm) {
        this.interval = interval;
        this.warm = warm;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("respond")) {
            respond();
            return;
        }
        boolean cold = arguments.length > 4 && arguments[4].equals("cold");
        new ChecksCost(Duration.ofMillis(Integer.parseInt(arguments[2])), cold)
                .measure(
                        arguments[0],
                        Integer.parseInt(arguments[1]),
                        Duration.ofSeconds(Integer.parseInt(arguments[3])));
    }

    private void measure(String kind, int targets, Duration time) throws Exception {
        Process responder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ChecksCost.class.getName(),
                                "respond")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(responder.getInputStream(), UTF_8))) {
            int port = Integer.parseInt(output.readLine());
            for (int i = 0; i < targets; i++) {
                HostAndPort address =
                        new HostAndPort("127.0." + (i + 1) / 256 + "." + (i + 1) % 256, port);
                Duration phase = interval.multipliedBy(i).dividedBy(targets);
                checks.schedule(new Target(address, check(kind)), 1, phase);
            }
            if (!warm) {
                Thread.sleep(WARM_UP);
                warm = true;
                Thread.sleep(interval);
            }
            report(kind, time);
        } finally {
            checks.close();
            responder.destroy();
        }
    }

    private void report(String kind, Duration time) throws InterruptedException {
        OperatingSystemMXBean process =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpuBefore = process.getProcessCpuTime();
        long before = System.nanoTime();
        long wellBefore = well.sum();
        Thread.sleep(time);
        double seconds = (System.nanoTime() - before) / 1e9;
        double cpu = (process.getProcessCpuTime() - cpuBefore) / 1e9;
        double probes = (well.sum() - wellBefore) / seconds;
        System.out.printf(
                "%s: %.0f probes/s, %.4f cores, %.0f us for each probe; unwell: %d%n",
                kind, probes, cpu / seconds, 1e6 * cpu / seconds / probes, unwell.sum());
    }

    private void again(Input.Probed probed) {
        (probed.result().success() ? well : unwell).increment();
        checks.schedule(
                probed.target(), probed.round() + 1, warm ? interval : interval.dividedBy(4));
    }

    private HealthCheck check(String kind) {
        return new HealthCheck(
                kind.equals("http") ? Optional.of("/health") : Optional.empty(),
                "GET",
                Optional.empty(),
                List.of(new StatusRange(200, 399)),
                Optional.empty(),
                interval,
                Duration.ofSeconds(1),
                2,
                3,
                new Percent(0.1),
                Duration.ofMillis(500));
    }

    private static void respond() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 4096)) {
            System.out.println(listener.getLocalPort());
            while (true) {
                Socket connection = listener.accept();
                Thread.ofVirtual().start(() -> answer(connection));
            }
        }
    }

    private static void answer(Socket connection) {
        try (connection) {
            InputStream input = connection.getInputStream();
            byte[] buffer = new byte[1024];
            int length = 0;
            while (length < 4 || buffer[length - 3] != '\n' || buffer[length - 1] != '\n') {
                int read = input.read(buffer, length, buffer.length - length);
                if (read < 0) {
                    return;
                }
                length += read;
            }
            connection.getOutputStream().write(ANSWER);
        } catch (IOException e) {
            // What a TCP check leaves behind; anything else shows as an unwell target.
            if (!"Connection reset".equals(e.getMessage())) {
                e.printStackTrace();
            }
        }
    }
}
