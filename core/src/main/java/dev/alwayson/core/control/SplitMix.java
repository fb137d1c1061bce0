package dev.alwayson.core.control;

/**
 * Random numbers as values: a seed gives a number and the next seed (Steele, Lea and Flood, "Fast
 * Splittable Pseudorandom Number Generators", 2014).
 */
final class SplitMix {

    private SplitMix() {}

    static long next(long seed) {
        return seed + 0x9e3779b97f4a7c15L;
    }

    /** The number of this seed, from 0 (inclusive) to 1. */
    static double unit(long seed) {
        long z = (seed ^ (seed >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
    }
}
