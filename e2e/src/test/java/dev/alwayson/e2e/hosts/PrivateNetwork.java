package dev.alwayson.e2e.hosts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network that exists only for a test: {@link Host}s, each a network namespace of its own, joined
 * by a bridge. The test itself is on it as {@link #testAddress}. There is no way from it to any
 * other network: the addresses are of the range for tests of devices (RFC 2544, 198.18.0.0/15), and
 * no host has a route beyond its own.
 *
 * <p>Needs root. Everything is gone after {@link #close}, and also when the JVM is killed. Used by
 * one thread.
 */
public final class PrivateNetwork implements AutoCloseable {

    private static final AtomicInteger NETWORKS = new AtomicInteger();

    private final String tag;
    private final String prefix;
    private final Path folder;
    private final Sweep sweep;
    private final Map<String, Host> hosts = new LinkedHashMap<>();

    private PrivateNetwork(String tag, String prefix, Path folder, Sweep sweep) {
        this.tag = tag;
        this.prefix = prefix;
        this.folder = folder;
        this.sweep = sweep;
    }

    /** Opens an empty network, after sweeping away what earlier runs left. */
    public static PrivateNetwork open() {
        Sweep.leftovers();
        long pid = ProcessHandle.current().pid();
        int number = NETWORKS.incrementAndGet();
        String tag = pid + "-" + number;
        Path folder = Path.of("/tmp/ao-hosts-" + tag);
        try {
            Files.createDirectory(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String prefix = freePrefix(pid * 7 + number);
        var network =
                new PrivateNetwork(
                        tag, prefix, folder, Sweep.atTheEnd(tag, folder.resolve("sweep.log")));
        Shell.run("ip", "link", "add", network.link("b"), "type", "bridge");
        Shell.run("ip", "address", "add", prefix + ".1/24", "dev", network.link("b"));
        Shell.run("ip", "link", "set", network.link("b"), "up");
        return network;
    }

    /** A /24 that no interface of this machine has, searched from a start that differs by JVM. */
    private static String freePrefix(long start) {
        String taken = Shell.run("ip", "-4", "-o", "address");
        for (int i = 0; i < 512; i++) {
            long number = (start + i) % 512;
            String prefix = "198." + (18 + number / 256) + "." + number % 256;
            if (!taken.contains(" " + prefix + ".")) {
                return prefix;
            }
        }
        throw new IllegalStateException("198.18.0.0/15: every network of it is in use");
    }

    /** Adds a host, with an address of its own. */
    public Host host(String name) {
        int number = hosts.size() + 1;
        if (number > 99 || hosts.containsKey(name) || !name.matches("[a-z0-9]{1,20}")) {
            throw new IllegalArgumentException(
                    name + ": a name of letters and digits, once, for at most 99 hosts");
        }
        var host =
                new Host(
                        name,
                        "ao-" + tag + "-" + name,
                        link("v" + number),
                        prefix + "." + (10 + number),
                        folder);
        host.plugInto(link("b"));
        hosts.put(name, host);
        return host;
    }

    /** A folder that goes with the network. */
    public Path folder() {
        return folder;
    }

    /** The address by which hosts reach servers of the test itself. */
    public String testAddress() {
        return prefix + ".1";
    }

    /** At most 15 bytes, the kernel's limit: a pid has up to seven digits. */
    private String link(String end) {
        return "ao" + tag + end;
    }

    @Override
    public void close() {
        hosts.values().forEach(Host::release);
        sweep.close();
    }
}
