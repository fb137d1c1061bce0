package dev.alwayson.node.proxy.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * A head that is being put together: ranges and prepared bytes go into one array, which goes into
 * the buffer at once. Reused; confined to one thread.
 */
final class OutgoingHead {

    private byte[] bytes = new byte[4096];
    private int size;

    OutgoingHead put(byte[] text) {
        return put(text, 0, text.length);
    }

    OutgoingHead put(byte[] from, int start, int end) {
        int length = end - start;
        room(length);
        System.arraycopy(from, start, bytes, size, length);
        size += length;
        return this;
    }

    OutgoingHead put(byte octet) {
        room(1);
        bytes[size++] = octet;
        return this;
    }

    /** Puts a number of 0 or more in decimal digits. */
    OutgoingHead putDecimal(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        room(digits);
        long rest = number;
        for (int at = size + digits - 1; at >= size; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
        return this;
    }

    void writeTo(ByteBuf out) {
        out.writeBytes(bytes, 0, size);
        size = 0;
    }

    private void room(int length) {
        if (size + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + length));
        }
    }
}
