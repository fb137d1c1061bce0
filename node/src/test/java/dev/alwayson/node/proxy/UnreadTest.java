package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

/** What is read and not yet understood. */
@SuppressWarnings("ReferenceEquality") // Whether it is the same buffer.
class UnreadTest {

    private static ByteBuf bytes(int... octets) {
        ByteBuf buffer = Unpooled.buffer(octets.length, octets.length);
        for (int octet : octets) {
            buffer.writeByte(octet);
        }
        return buffer;
    }

    @Test
    void manySmallPiecesAreCopiedFewTimes() {
        Unread unread = new Unread();
        ByteBuf last = unread.bytes();
        int moves = 0;
        for (int i = 0; i < 10_000; i++) {
            unread.add(bytes(i & 0x7F));
            if (unread.bytes() != last) {
                last = unread.bytes();
                moves++;
            }
        }
        assertThat(moves).isLessThan(20);
        assertThat(unread.bytes().readableBytes()).isEqualTo(10_000);
        assertThat(unread.bytes().getByte(9_999)).isEqualTo((byte) (9_999 & 0x7F));
        unread.release();
        assertThat(last.refCnt()).isZero();
    }

    @Test
    void whatThereIsNoMemoryToJoinIsReleasedWithTheRest() {
        Exhaustible memory = new Exhaustible();
        ByteBuf first = memory.buffer(2, 2).writeShort(1);
        ByteBuf second = memory.buffer(2, 2).writeShort(2);
        memory.exhausted = true;
        Unread unread = new Unread();
        unread.add(first);
        assertThatThrownBy(() -> unread.add(second)).isInstanceOf(OutOfMemoryError.class);
        unread.release();
        assertThat(first.refCnt()).isZero();
        assertThat(second.refCnt()).isZero();
    }

    @Test
    void whatIsTakenIsTheTakersToRelease() {
        Unread unread = new Unread();
        unread.add(bytes(1, 2, 3));
        ByteBuf first = unread.piece(1);
        ByteBuf rest = unread.takeAll();
        assertThat(unread.isEmpty()).isTrue();
        assertThat(first.readByte()).isEqualTo((byte) 1);
        assertThat(rest.readShort()).isEqualTo((short) 0x0203);
        first.release();
        rest.release();
        assertThat(rest.refCnt()).isZero();
    }
}
