package dev.alwayson.core.balance;

/** What a frontend understands of what it carries. */
public enum Mode {
    HTTP,
    TCP
}
