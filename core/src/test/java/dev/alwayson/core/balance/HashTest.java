package dev.alwayson.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HashTest {

    @Test
    void aHashIsTheSameInEveryRunAndVersion() {
        assertThat(Hash.of(0L)).isEqualTo(0xE220_A839_7B1D_CDAFL); // SplitMix64's first, seed 0
        assertThat(Hash.of("web1")).isEqualTo(0x3D82_77C7_63C2_0115L);
        assertThat(Hash.of(new byte[] {10, 0, 0, 1})).isEqualTo(0x2AD1_1EAF_7634_AAC5L);
    }

    @Test
    void neighbouringAddressesOfBothFamiliesDoNotCollide() {
        Set<Long> hashes = new HashSet<>();
        for (int last = 0; last < 65_536; last++) {
            byte[] v4 = {10, 0, (byte) (last >> 8), (byte) last};
            byte[] v6 = {
                0x20, 1, 0xd, 0xb, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) (last >> 8), (byte) last
            };
            hashes.add(Hash.of(v4));
            hashes.add(Hash.of(v6));
        }
        assertThat(hashes).hasSize(2 * 65_536);
    }

    @Test
    void lengthAndOrderCount() {
        assertThat(Hash.of(new byte[4])).isNotEqualTo(Hash.of(new byte[5]));
        assertThat(Hash.of(new byte[8])).isNotEqualTo(Hash.of(new byte[16]));
        assertThat(Hash.of(1, 2)).isNotEqualTo(Hash.of(2, 1));
        assertThat(Hash.of("ab")).isNotEqualTo(Hash.of("ba"));
    }

    @Test
    void everyBitOfTheInputChangesAboutHalfOfTheOutput() {
        for (int bit = 0; bit < 64; bit++) {
            int changed = 0;
            for (long value = 0; value < 1000; value++) {
                changed += Long.bitCount(Hash.of(value) ^ Hash.of(value ^ (1L << bit)));
            }
            assertThat(changed / 1000.0).as("bit %d", bit).isBetween(30.0, 34.0);
        }
    }
}
