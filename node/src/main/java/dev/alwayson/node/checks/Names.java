package dev.alwayson.node.checks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds the address of a host within a deadline. Safe for use by any thread.
 *
 * <p>The system's resolver cannot be given a deadline and holds the thread that carries a virtual
 * one, so that a dead DNS server would stop every check. It runs on {@value #THREADS} platform
 * threads of its own, once at a time for each name; who asked stops waiting at the deadline. The
 * JDK remembers answers for 30 s ({@code networkaddress.cache.ttl}).
 */
final class Names implements AutoCloseable {

    private static final int THREADS = 16;

    private final ConcurrentHashMap<String, CompletableFuture<InetAddress>> questions =
            new ConcurrentHashMap<>();
    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    THREADS, Thread.ofPlatform().daemon().name("check-names-", 1).factory());

    /**
     * The host's address, the first if it has several.
     *
     * @throws ProbeFailure if there is none, or the deadline came first
     */
    InetAddress address(String host, Deadline deadline)
            throws IOException, ProbeFailure, InterruptedException {
        try {
            return isLiteral(host) ? InetAddress.ofLiteral(host) : resolve(host, deadline);
        } catch (IllegalArgumentException e) {
            throw unknown(host);
        }
    }

    private InetAddress resolve(String host, Deadline deadline)
            throws IOException, ProbeFailure, InterruptedException {
        CompletableFuture<InetAddress> answer =
                questions.computeIfAbsent(
                        host,
                        name -> {
                            CompletableFuture<InetAddress> question = new CompletableFuture<>();
                            threads.execute(() -> ask(name, question));
                            return question;
                        });
        try {
            return answer.get(deadline.remainingMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new ProbeFailure("name does not resolve in time: " + host);
        } catch (ExecutionException e) {
            throw unknown(host);
        }
    }

    /**
     * Whoever resolves cannot tell an unknown name from a file or socket that it could not open.
     *
     * @throws IOException if no descriptor is left, which may be the reason
     */
    private static ProbeFailure unknown(String host) throws IOException {
        SocketChannel.open().close();
        return new ProbeFailure("name does not resolve: " + host);
    }

    private void ask(String name, CompletableFuture<InetAddress> question) {
        try {
            question.complete(InetAddress.getByName(name));
        } catch (UnknownHostException e) {
            question.completeExceptionally(e);
        } finally {
            questions.remove(name);
        }
    }

    /** Whether it is an IPv4 address in its four parts, or an IPv6 address. */
    private static boolean isLiteral(String host) {
        if (host.indexOf(':') >= 0) {
            return true;
        }
        int dots = 0;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c == '.') {
                dots++;
            } else if (c < '0' || c > '9') {
                return false;
            }
        }
        return dots == 3;
    }

    /** Questions that wait are dropped; one that the system's resolver works on ends by itself. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
