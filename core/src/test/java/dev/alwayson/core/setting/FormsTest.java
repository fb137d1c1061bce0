package dev.alwayson.core.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;
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
    @ValueSource(
            strings = {
                "10.0.0.1:80",
                "web1.example.com:80",
                "[::1]:80",
                "[::]:80",
                "[1:2::8]:1",
                ":80",
                "a_b:0"
            })
    void anAddressComesBack(String text) {
        assertThat(HostAndPort.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "10.0.0.1", "::1:80", "[::1]", "a:65536", "a b:80", "a:-1"})
    void whatIsNoAddressIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostAndPort.parse(text))
                .withMessage(HostAndPort.RULE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.256:80", "10.0.0:80", "127.1:80", "127.0.03.1:80", "1:80"})
    void anAddressOfDigitsIsAWholeOneOfIpV4(String text) {
        refused(
                text,
                "must have an IPv4 address of four numbers from 0 to 255, without zeros before");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[2001:db8::12345]:80",
                "[::g]:80",
                "[:]:80",
                "[]:80",
                "[::1::]:80",
                "[1:2:3:4:5:6:7]:80",
                "[1:2:3:4:5:6:7:8:9]:80",
                "[1:2:3:4:5:6:7:8::]:80",
                "[::127.0.0.256]:80",
                "[web]:80",
                "[10.0.0.1]:80"
            })
    void whatStandsInBracketsIsAnIpV6Address(String text) {
        refused(text, "must have an IPv6 address in its brackets");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[::1%]:80",
                "[fe80::1%lo]:80",
                "[fe80::1%eth0.1]:80",
                "[::1%25lo]:80",
                "[fe80::1%2147483648]:80",
                "[fe80::1%nosuch]:80"
            })
    void anAddressHasNoZone(String text) {
        refused(text, "must be without %");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://web1:80", "http://web1:80/", "https://web1/", "web1:80/a"})
    void anAddressIsNoUrl(String text) {
        refused(text, "must be without http:// and without a path");
    }

    private static void refused(String address, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostAndPort.parse(address))
                .withMessageStartingWith(why);
    }

    @Test
    void whateverIsTakenForAnIpV6AddressIsOneForTheJdk() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] pieces = {"0", "1", "db8", "FFFF", "12345", "g", ":", ":", ":", "::", "1.2.3.4"};
        int taken = 0;
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder(i % 2 == 0 ? "::" : "1:2:3:4:5:");
            for (int piece = random.nextInt(9); piece > 0; piece--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            if (text.toString().matches(HostAndPort.IP_V6)) {
                taken++;
                assertThat(isIpV6(text.toString())).as("%s, seed %d", text, seed).isTrue();
            }
        }
        assertThat(taken).as("of 100,000 addresses, seed %d", seed).isGreaterThan(1000);
    }

    @Test
    void anIpV6AddressIsTakenHoweverMuchOfItIsLeftOut() {
        for (int left = 0; left <= 8; left++) {
            for (int right = 0; left + right <= 8; right++) {
                String address = groups(left) + (left + right == 8 ? "" : "::") + groups(right);
                boolean whole = left + right == 8 && left * right == 0;
                boolean shortened = left + right < 8;
                assertThat(address.matches(HostAndPort.IP_V6))
                        .as(address)
                        .isEqualTo(whole || shortened);
            }
        }
    }

    private static String groups(int number) {
        return String.join(":", Collections.nCopies(number, "1f"));
    }

    private static boolean isIpV6(String text) {
        try {
            return InetAddress.ofLiteral(text).getAddress().length > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
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
