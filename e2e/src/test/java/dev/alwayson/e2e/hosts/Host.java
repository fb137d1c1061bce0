package dev.alwayson.e2e.hosts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine of a {@link PrivateNetwork}: processes run on it, and its cable can be pulled or be
 * thin. Used by one thread.
 */
public final class Host {

    private final String name;
    private final String namespace;
    private final String cable;
    private final String address;
    private final Path folder;
    private final List<HostProcess> processes = new ArrayList<>();

    Host(String name, String namespace, String cable, String address, Path folder) {
        this.name = name;
        this.namespace = namespace;
        this.cable = cable;
        this.address = address;
        this.folder = folder;
    }

    void plugInto(String bridge) {
        Shell.run("ip", "netns", "add", namespace);
        Shell.run(
                "ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns",
                namespace);
        Shell.run("ip", "link", "set", cable, "master", bridge);
        Shell.run("ip", "link", "set", cable, "up");
        Shell.run("ip", "-n", namespace, "link", "set", "lo", "up");
        Shell.run("ip", "-n", namespace, "address", "add", address + "/24", "dev", "eth0");
        Shell.run("ip", "-n", namespace, "link", "set", "eth0", "up");
    }

    public String name() {
        return name;
    }

    /** Its IPv4 address. */
    public String address() {
        return address;
    }

    /** Starts a process on this host; it ends, with all its children, when the network closes. */
    public HostProcess start(String... command) {
        return start(List.of(command));
    }

    public HostProcess start(List<String> command) {
        List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", namespace, "setsid"));
        inside.addAll(command);
        Path log = folder.resolve(name + "-" + (processes.size() + 1) + ".log");
        try {
            Process process =
                    new ProcessBuilder(inside)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .directory(folder.toFile())
                            .start();
            var started = new HostProcess(process, log);
            started.awaitGroup();
            processes.add(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command on this host to its end and returns what it printed. */
    public String run(String... command) {
        List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        inside.addAll(List.of(command));
        return Shell.run(inside.toArray(String[]::new));
    }

    /** Every process on it. */
    public List<Long> pids() {
        return Shell.run("ip", "netns", "pids", namespace).lines().map(Long::valueOf).toList();
    }

    /** Pulls the cable: nothing comes in or goes out, and nobody is told. */
    public void cutOff() {
        Shell.run("ip", "link", "set", cable, "down");
    }

    /** Plugs the cable in again. */
    public void reconnect() {
        Shell.run("ip", "link", "set", cable, "up");
    }

    /**
     * Lets at most so much through the cable, in each direction.
     *
     * @param kilobits for each second, at least 8
     */
    public void throttle(int kilobits) {
        String rate = kilobits + "kbit";
        Shell.run(
                "tc", "qdisc", "replace", "dev", cable, "root", "tbf", "rate", rate, "burst", "8kb",
                "latency", "2s");
        Shell.run(
                "tc", "-n", namespace, "qdisc", "replace", "dev", "eth0", "root", "tbf", "rate",
                rate, "burst", "8kb", "latency", "2s");
    }

    /** Takes {@link #throttle} back. */
    public void unthrottle() {
        Shell.run("tc", "qdisc", "del", "dev", cable, "root");
        Shell.run("tc", "-n", namespace, "qdisc", "del", "dev", "eth0", "root");
    }

    void release() {
        processes.forEach(HostProcess::kill);
    }
}
