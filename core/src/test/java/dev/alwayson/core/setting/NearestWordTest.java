package dev.alwayson.core.setting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestWordTest {

    private static final List<String> KNOWN =
            List.of("balance", "health-check", "least-connections", "servers", "bind");

    @ParameterizedTest
    @CsvSource({
        "balence, balance",
        "blaance, balance",
        "health_check, health-check",
        "healthCheck, health-check",
        "server, servers",
        "leastconn, least-connections",
        "bnd, bind",
        "Bind, bind"
    })
    void aTypingErrorFindsTheWordThatWasMeant(String written, String meant) {
        assertThat(NearestWord.to(written, KNOWN)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"xyz", "b", "color", "lea"})
    void whatIsFarFromEveryWordFindsNone(String written) {
        assertThat(NearestWord.to(written, KNOWN)).isEmpty();
    }

    @Test
    void namesOfServersAreWordsToo() {
        List<String> servers = List.of("shop/web1", "shop/web2", "api/node");
        assertThat(NearestWord.to("shpo/web2", servers)).contains("shop/web2");
        assertThat(NearestWord.to("api/nod", servers)).contains("api/node");
        assertThat(NearestWord.to("orders/primary", servers)).isEmpty();
        assertThat(NearestWord.to("shop/web1", List.of())).isEmpty();
    }

    @Test
    void aWordOfUnreasonableLengthIsNotCompared() {
        assertThat(NearestWord.to("balance".repeat(1000), KNOWN)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ab, ba, 1", "kitten, sitting, 3", "abc, abc, 0", "abc, '', 3", "ca, abc, 3"})
    void theDistanceCountsEditsAndSwapsOfNeighbours(String a, String b, int distance) {
        assertThat(NearestWord.distance(a, b)).isEqualTo(distance);
        assertThat(NearestWord.distance(b, a)).isEqualTo(distance);
    }
}
