package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.ClientLimits;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.setting.Network;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who counts as one client, how many there may be in all, and what the log says of the others. */
class FrontendClientsTest {

    private static InetAddress address(String text) throws UnknownHostException {
        return InetAddress.getByName(text);
    }

    private static long network(String text) throws UnknownHostException {
        return ClientNetwork.hash(address(text));
    }

    @Test
    void aClientIsAnAddressOrANetworkOfIpv6() throws Exception {
        assertThat(network("10.0.0.9")).isNotEqualTo(network("10.0.0.10"));
        assertThat(network("2001:db8::1")).isEqualTo(network("2001:db8::ffff:1:2:3"));
        assertThat(network("2001:db8::1")).isNotEqualTo(network("2001:db8:0:1::1"));
        assertThat(network("::ffff:10.0.0.9")).isEqualTo(network("10.0.0.9"));
    }

    @Test
    void someDescriptorsAreNotForConnections() {
        assertThat(DescriptorShares.of(1_024)).isEqualTo(new DescriptorShares(824, 82));
        assertThat(DescriptorShares.of(19_000)).isEqualTo(new DescriptorShares(18_800, 1_880));
        assertThat(DescriptorShares.of(1_048_576).idle()).isEqualTo(8_192);
        assertThat(DescriptorShares.of(100)).isEqualTo(new DescriptorShares(2, 1));
        assertThat(DescriptorShares.of(Long.MAX_VALUE).sockets()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void clientsLeaveSomeRoomToServers() {
        Room room = new Room(new DescriptorShares(10, 2));
        for (int i = 0; i < 5; i++) {
            assertThat(room.takeBesideServers(() -> false)).isTrue();
        }
        for (int i = 0; i < 3; i++) {
            assertThat(room.take(() -> false)).isTrue();
        }
        assertThat(room.takeBesideServers(() -> false)).isFalse();
        assertThat(room.take(() -> false)).isTrue();
        assertThat(room.take(() -> false)).isTrue();
        assertThat(room.take(() -> false)).isFalse();

        room.giveBack();
        assertThat(room.takeBesideServers(() -> false)).isFalse();
        assertThat(room.take(() -> false)).isTrue();
    }

    /** Its neighbours of the same /64 have their own places still. */
    @Test
    void whoIsExemptTakesNothingOfItsNetworks() throws Exception {
        FrontendClients clients =
                new FrontendClients("web", new Room(new DescriptorShares(412, 1)), 1);
        ClientLimits limits = new ClientLimits(0, 1, 0, 0, List.of(Network.parse("fd00::1")));
        Frontend settings =
                Settings.clients(Frontend.http(new HostAndPort("", 8080), "app"), limits);
        for (int i = 0; i < 3; i++) {
            assertThat(clients.admit(from("fd00::1"), settings, new IdleClients())).isTrue();
        }
        Channel other = from("fd00::2");
        assertThat(clients.admit(other, settings, new IdleClients())).isTrue();
        assertThat(clients.admit(from("fd00::3"), settings, new IdleClients())).isFalse();
        clients.giveBack(other, settings);
        assertThat(clients.admit(from("fd00::3"), settings, new IdleClients())).isTrue();
        assertThat(clients.open()).isEqualTo(4);
    }

    private static Channel from(String address) {
        return new EmbeddedChannel() {
            @Override
            public SocketAddress remoteAddress() {
                return new InetSocketAddress(address, 1);
            }
        };
    }

    @Test
    void theSentenceNamesTheLimitAndWhatToDo() throws Exception {
        FrontendClients clients =
                new FrontendClients("web", new Room(new DescriptorShares(412, 1)), 1);
        ClientLimits limits = new ClientLimits(100, 20, 0, 0, List.of());
        InetAddress peer = address("10.0.0.9");

        assertThat(clients.sentence(FrontendClients.Refused.CONNECTIONS, peer, limits))
                .isEqualTo(
                        "frontend web: a connection from 10.0.0.9 was closed: max-connections 100"
                                + " is reached");
        assertThat(clients.sentence(FrontendClients.Refused.CONNECTIONS_PER_ADDRESS, peer, limits))
                .endsWith("max-connections-per-address 20 is reached");
        assertThat(clients.sentence(FrontendClients.Refused.DESCRIPTORS, peer, limits))
                .contains("412 sockets", "ulimit -n", "no client of its event loop is idle");
    }
}
