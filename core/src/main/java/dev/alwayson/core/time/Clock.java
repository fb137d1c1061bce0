package dev.alwayson.core.time;

/** Where the time comes from: the machine's clocks in the node, a variable in the simulator. */
public interface Clock {

    Moment now();
}
