package dev.alwayson.core.balance;

/** A server's identity. What it has at run time hangs on this, and outlives snapshots. */
public record ServerId(String backend, String server) implements Comparable<ServerId> {

    @Override
    public int compareTo(ServerId other) {
        int order = backend.compareTo(other.backend);
        return order != 0 ? order : server.compareTo(other.server);
    }

    /** {@code BACKEND/SERVER}, as the commands take it. */
    @Override
    public String toString() {
        return backend + "/" + server;
    }
}
