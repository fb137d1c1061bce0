package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultChannelId;
import io.netty.util.internal.PlatformDependent;
import org.junit.jupiter.api.Test;

/** What the first request after the start must not wait for. */
final class FirstRequestTest {

    @Test
    void noEventsOfTheFlightRecorderAreMadeForItsBuffers() {
        assertThat(PlatformDependent.isJfrEnabled())
                .as("io.netty.jfr.enabled, in the flags that all JVMs have from pom.xml")
                .isFalse();
    }

    @Test
    void noNetworkInterfaceIsLookedThroughForAnIdThatNobodyUses() {
        assertThat(DefaultChannelId.newInstance().asLongText())
                .as("io.netty.machineId, without which a host with only lo is warned of")
                .startsWith("020000000001");
    }
}
