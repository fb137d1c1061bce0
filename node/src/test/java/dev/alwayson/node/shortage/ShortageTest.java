package dev.alwayson.node.shortage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

final class ShortageTest {

    private static final InetSocketAddress SERVER =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 80);

    private final IOException noPort =
            new ConnectException(
                    "connect(..) failed with error(-99): Cannot assign requested address: "
                            + SERVER);

    @Test
    void itIsKnownByTheSystemsWords() {
        Exception noDescriptor =
                new IllegalStateException(
                        "no channel", new IOException("newSocketStream: Too many open files"));

        assertThat(Shortage.behind(noDescriptor, SERVER)).contains(Shortage.DESCRIPTORS);
        assertThat(Shortage.behind(noDescriptor, null)).contains(Shortage.DESCRIPTORS);
        assertThat(Shortage.behind(noPort, SERVER)).contains(Shortage.LOCAL_PORTS);
        assertThat(Shortage.behind(new IllegalStateException(Shortage.PLACES.words()), SERVER))
                .contains(Shortage.PLACES);
    }

    @Test
    void whatAServerDoesIsNoShortage() {
        assertThat(Shortage.behind(new ConnectException("Connection refused"), SERVER)).isEmpty();
        assertThat(Shortage.behind(null, SERVER)).isEmpty();
        assertThat(Shortage.behind(noPort, null)).isEmpty();
    }
}
