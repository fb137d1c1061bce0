package dev.alwayson.node.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Limits;
import dev.alwayson.core.setting.Network;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who the client is, when 10.0.0.0/8 and fd00::/8 are trusted proxies. */
class ForwardedForTest {

    private static final List<Network> TRUSTED =
            List.of(Network.parse("10.0.0.0/8"), Network.parse("fd00::/8"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    192.0.2.1 | 1.1.1.1                     | 192.0.2.1
                    10.0.0.1  | 1.1.1.1                     | 1.1.1.1
                    10.0.0.1  | 6.6.6.6, 1.1.1.1            | 1.1.1.1
                    10.0.0.1  | 6.6.6.6, 1.1.1.1,10.0.0.2   | 1.1.1.1
                    10.0.0.1  | 6.6.6.6, 1.1.1.1; 10.0.0.2  | 1.1.1.1
                    10.0.0.1  | 10.0.0.3, 10.0.0.2          | 10.0.0.3
                    10.0.0.1  | 1.1.1.1:4711                | 1.1.1.1
                    10.0.0.1  | [2001:db8::1]:4711          | 2001:db8:0:0:0:0:0:1
                    fd00::1   | 2001:db8::1                 | 2001:db8:0:0:0:0:0:1
                    10.0.0.1  | 6.6.6.6, unknown            | 10.0.0.1
                    10.0.0.1  | 6.6.6.6, unknown, 10.0.0.2  | 10.0.0.2
                    10.0.0.1  | 6.6.6.6,                    | 10.0.0.1
                    """)
    void theClientIsTheNearestThatIsNotTrusted(String peer, String chain, String client) {
        RequestHead head = new RequestHead();
        StringBuilder lines = new StringBuilder();
        for (String line : chain.split(";", -1)) {
            lines.append("X-Forwarded-For: ").append(line.strip()).append("\r\n");
        }
        head.parse(Wire.buffer(Wire.get(lines.toString())), Limits.STANDARD, false);
        assertThat(ForwardedFor.client(head, InetAddress.ofLiteral(peer), TRUSTED))
                .isEqualTo(InetAddress.ofLiteral(client));
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1", "192.0.2.1"})
    void withoutTheLineItIsThePeer(String peer) {
        RequestHead head = new RequestHead();
        head.parse(Wire.buffer(Wire.get("")), Limits.STANDARD, false);
        assertThat(ForwardedFor.client(head, InetAddress.ofLiteral(peer), TRUSTED))
                .isEqualTo(InetAddress.ofLiteral(peer));
    }
}
