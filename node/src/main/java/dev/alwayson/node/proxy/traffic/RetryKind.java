package dev.alwayson.node.proxy.traffic;

import java.util.Locale;

/** Why a request was tried again. */
public enum RetryKind {
    /** The connection failed before an octet of the request was sent. */
    CONNECT,
    /** A kept connection turned out to be closed. */
    STALE,
    /** The server broke the connection after octets of the request were sent. */
    BROKEN,
    /** The try took longer than {@code try}. */
    SLOW,
    /** The answer had a status of {@code on-status}. */
    STATUS;

    /** The value of the label {@code kind}. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** An index into arrays that live no longer than the process. */
    @SuppressWarnings("EnumOrdinal")
    int index() {
        return ordinal();
    }
}
