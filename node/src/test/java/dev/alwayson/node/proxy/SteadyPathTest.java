package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.alwayson.core.balance.ClientLimits;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.setting.Network;
import io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the steady path, a kept connection's next request makes no object. */
@Tag("alone")
class SteadyPathTest {

    private static final int REQUESTS = 20_000;

    /** Tolerated for what is not the request's: the loops' ticks, and a buffer now and then. */
    private static final int BYTES_A_REQUEST = 24;

    @TempDir private Path folder;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void aRequestOnKeptConnectionsMakesNoObject() throws Exception {
        assertNothingMade(f -> f);
    }

    @Test
    void norDoesOneWhoseClientHasARateOrIsExempt() throws Exception {
        for (String exempt : List.of("10.0.0.0/8", "127.0.0.0/8")) {
            List<Network> networks = List.of(Network.parse(exempt));
            ClientLimits rate = new ClientLimits(1000, 1000, 1_000_000, 1_000_000, networks);
            assertNothingMade(f -> Settings.clients(f, rate));
        }
    }

    @Test
    void norDoesOneThatIsGivenAnIdAndLogged() throws Exception {
        Path log = folder.resolve("access.log");
        assertNothingMade(f -> Settings.requestId(Settings.logged(f, log), true));
    }

    private void assertNothingMade(UnaryOperator<Frontend> settings) throws Exception {
        ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        try (RawServer server = RawServer.answering("hello");
                Rig rig = Rig.of(server).frontend(settings).load();
                RawClient client = rig.client()) {
            exchange(client, REQUESTS);
            long before = allocatedByLoops();
            exchange(client, REQUESTS);
            long bytes = allocatedByLoops() - before;

            System.out.printf("%.1f bytes a request%n", (double) bytes / REQUESTS);
            assertThat(bytes / REQUESTS).as("bytes a request").isLessThan(BYTES_A_REQUEST);
        } finally {
            ResourceLeakDetector.setLevel(level);
        }
    }

    private static void exchange(RawClient client, int requests) throws Exception {
        byte[] request =
                "GET /path HTTP/1.1\r\nHost: example.com\r\nAccept: */*\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] response = new byte[4096];
        for (int i = 0; i < requests; i++) {
            client.socket.getOutputStream().write(request);
            int length = 0;
            while (!endsWithHello(response, length)) {
                length += client.in.read(response, length, response.length - length);
            }
        }
    }

    private static boolean endsWithHello(byte[] bytes, int length) {
        return length > 5 && bytes[length - 1] == 'o' && bytes[length - 5] == 'h';
    }

    private long allocatedByLoops() {
        List<Long> loops = new ArrayList<>();
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null
                    && thread.getThreadName().startsWith("multiThreadIoEventLoopGroup")) {
                loops.add(thread.getThreadId());
            }
        }
        assertThat(loops).isNotEmpty();
        return loops.stream().mapToLong(threads::getThreadAllocatedBytes).sum();
    }
}
