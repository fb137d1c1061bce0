package dev.alwayson.core.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read, and written again as it was. */
class FormsTest {

    @ParameterizedTest
    @ValueSource(strings = {"0B", "512B", "64KiB", "1025KiB", "10MiB", "7GiB", "unlimited"})
    void aSizeComesBack(String text) {
        assertThat(ByteSize.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1KB", "-1B", "1.5MiB", "9999999999GiB", "1 KiB"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteSize.parse(text))
                .withMessage(ByteSize.RULE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "500ms", "1500ms", "2s", "5m", "1h", "30d", "90s"})
    void aDurationComesBack(String text) {
        assertThat(DurationText.format(DurationText.parse(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1:80", "web1.example.com:80", "[::1]:80", ":80", "a_b:0"})
    void anAddressComesBack(String text) {
        assertThat(HostAndPort.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "10.0.0.1",
                "10.0.0.256:80",
                "10.0.0:80",
                "::1:80",
                "[web]:80",
                "a:65536",
                "a b:80",
                "a:-1"
            })
    void whatIsNoAddressIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostAndPort.parse(text))
                .withMessage(HostAndPort.RULE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0%", "12.5%", "99.999%", "100%", "0.000001%"})
    void aShareComesBack(String text) {
        assertThat(Percent.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.6/31, 192.0.2.8, false",
        "fd00::/9, fd7f::1, true",
        "fd00::/9, fd80::1, false",
        "0.0.0.0/0, ::1, false"
    })
    void aNetworkHoldsItsAddresses(String network, String address, boolean held) {
        assertThat(Network.parse(network).contains(InetAddress.ofLiteral(address))).isEqualTo(held);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "example",
                "::1/129",
                "10/8",
                "192.168/16",
                "10.0.0.256",
                ""
            })
    void whatIsNoNetworkIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Network.parse(text))
                .withMessage(Network.RULE);
    }
}
