/**
 * The control loop under simulated time: random schedules of probes, faults, reloads and commands,
 * each from a seed that replays it exactly, and the rules that must hold after every step.
 */
@NullMarked
package dev.alwayson.sim;

import org.jspecify.annotations.NullMarked;
