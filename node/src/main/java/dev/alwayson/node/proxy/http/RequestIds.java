package dev.alwayson.node.proxy.http;

import java.util.random.RandomGenerator;

/**
 * New ids of requests: 128 bits that look random, as 32 hexadecimal digits. No secret: whoever has
 * seen one can tell the next. Confined to one thread; makes no object.
 *
 * <p>Two numbers of xoroshiro128++ (Blackman and Vigna, "Scrambled Linear Pseudorandom Number
 * Generators", 2021) for each id. The JDK has it too, behind a search for providers that takes long
 * at first.
 */
public final class RequestIds {

    /** The octets of an id. */
    static final int LENGTH = 32;

    private static final byte[] DIGITS = Octets.of("0123456789abcdef");
    private static final int DIGITS_OF_A_NUMBER = 16;

    private long first;
    private long second;

    /**
     * @param seeds asked for the place to begin at, which no other generator should have
     */
    public RequestIds(RandomGenerator seeds) {
        first = seeds.nextLong();
        second = seeds.nextLong() | 1; // All zeros would stay zeros.
    }

    /** Writes an id to the beginning of the array. */
    void next(byte[] to) {
        digits(number(), to, 0);
        digits(number(), to, DIGITS_OF_A_NUMBER);
    }

    private long number() {
        long a = first;
        long b = second ^ a;
        long number = Long.rotateLeft(a + second, 17) + a;
        first = Long.rotateLeft(a, 49) ^ b ^ (b << 21);
        second = Long.rotateLeft(b, 28);
        return number;
    }

    private static void digits(long number, byte[] to, int at) {
        for (int i = 0; i < DIGITS_OF_A_NUMBER; i++) {
            to[at + i] = DIGITS[(int) (number >>> (60 - 4 * i)) & 15];
        }
    }
}
