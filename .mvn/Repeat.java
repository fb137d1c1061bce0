import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs one test class, or one method of it, many times: N CLASS [METHOD]. */
final class Repeat {

    public static void main(String[] arguments) throws ClassNotFoundException {
        int times = Integer.parseInt(arguments[0]);
        var type = Class.forName(arguments[1]);
        var selectors =
                arguments.length > 2
                        ? Arrays.stream(type.getDeclaredMethods())
                                .filter(method -> method.getName().equals(arguments[2]))
                                .map(method -> selectMethod(type, method))
                                .toList()
                        : List.of(selectClass(type));
        if (selectors.isEmpty()) {
            System.err.printf("verify: %s has no method %s%n", arguments[1], arguments[2]);
            System.exit(1);
        }
        var request = LauncherDiscoveryRequestBuilder.request().selectors(selectors).build();
        int bad = 0;
        for (int run = 1; run <= times; run++) {
            var summary = new SummaryGeneratingListener();
            LauncherFactory.create().execute(request, summary);
            var result = summary.getSummary();
            boolean good = result.getTestsSucceededCount() > 0 && result.getTotalFailureCount() == 0;
            bad += good ? 0 : 1;
            System.out.printf("run %d of %d: %s%n", run, times, good ? "passed" : "FAILED");
            if (!good) {
                result.printFailuresTo(new PrintWriter(System.out, true), 30);
            }
        }
        System.out.printf("%s: %d of %d runs failed%n", arguments[1], bad, times);
        System.exit(bad == 0 ? 0 : 1);
    }
}
