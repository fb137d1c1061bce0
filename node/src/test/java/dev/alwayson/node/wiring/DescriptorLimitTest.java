package dev.alwayson.node.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.node.proxy.Proxy;
import org.junit.jupiter.api.Test;

/** Clients of the admin server and those of the frontends cannot take each other's descriptors. */
class DescriptorLimitTest {

    /** For files and checks. */
    private static final int OTHERS = 200;

    @Test
    void theSharesTogetherAreNoMoreThanTheProcessMayHave() {
        for (long most : new long[] {256, 257, 1_024, 4_096, 20_000, 65_536, 1_048_576}) {
            try (Proxy proxy = new Proxy(1, 0, DescriptorLimit.forProxy(most))) {
                assertThat((long) proxy.mostSockets() + DescriptorLimit.forAdmin(most))
                        .as("of %s", most)
                        .isEqualTo(most - OTHERS);
            }
        }
    }

    @Test
    void theAdminServerHasATwentiethWithinBounds() {
        assertThat(DescriptorLimit.forAdmin(256)).isEqualTo(16);
        assertThat(DescriptorLimit.forAdmin(1_024)).isEqualTo(51);
        assertThat(DescriptorLimit.forAdmin(20_000)).isEqualTo(1_000);
        assertThat(DescriptorLimit.forAdmin(Long.MAX_VALUE)).isEqualTo(1_000);
    }
}
