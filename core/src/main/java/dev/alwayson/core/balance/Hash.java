package dev.alwayson.core.balance;

/**
 * 64-bit hashes that are the same on every node and in every run: of clients' addresses and of
 * servers' names. They spread well; they do not withstand someone who looks for collisions.
 */
public final class Hash {

    static final long GOLDEN_RATIO = 0x9E37_79B9_7F4A_7C15L;

    private Hash() {}

    /**
     * Spreads a value over all 64 bits, one to one: the finalizer of SplitMix64 (Steele, Lea, Flood
     * 2014, with Stafford's constants "Mix13").
     */
    public static long of(long value) {
        long h = value + GOLDEN_RATIO;
        h = (h ^ (h >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        h = (h ^ (h >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return h ^ (h >>> 31);
    }

    /**
     * A part of 1, from 0 (inclusive): of numbers that follow each other evenly spread, however
     * many they are. The multiples of the golden ratio (Knuth's Fibonacci hashing).
     */
    static double spread(long number) {
        return ((number * GOLDEN_RATIO) >>> 11) * 0x1p-53;
    }

    /** One hash of two values in this order. */
    public static long of(long first, long second) {
        return of(first * GOLDEN_RATIO + second);
    }

    /** Of an address as {@code InetAddress.getAddress} gives it, or of any other bytes. */
    public static long of(byte[] bytes) {
        long hash = bytes.length;
        long word = 0;
        for (int i = 0; i < bytes.length; i++) {
            word = word << 8 | (bytes[i] & 0xFF);
            if ((i & 7) == 7 || i == bytes.length - 1) {
                hash = of(hash, word);
                word = 0;
            }
        }
        return of(hash);
    }

    /** Of a name, by its UTF-16 units. */
    public static long of(CharSequence text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = of(hash, text.charAt(i));
        }
        return of(hash);
    }
}
