package dev.alwayson.sim;

/** Something that must hold after every step. May remember what it saw; one run, one thread. */
interface Rule {

    /**
     * @throws Violation if it does not hold
     */
    void check(Observed step);

    /**
     * Called once, after a quiet time without faults.
     *
     * @throws Violation if something that must have happened by then has not
     */
    default void settled(Observed last) {}
}
