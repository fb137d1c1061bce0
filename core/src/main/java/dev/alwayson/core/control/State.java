package dev.alwayson.core.control;

/** Everything the control loop knows. */
public final class State {

    private State() {}
}
