package dev.alwayson.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.setting.StatusRange;
import dev.alwayson.core.target.HealthCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backend's servers are asked for if the file does not say. */
class StandardCheckTest {

    private static final HealthCheck ANY_ANSWER = HealthCheck.TCP.forAnyAnswer();

    @TempDir Path folder;

    /** The check of the backend shop, by these frontends and with these settings of its own. */
    private Optional<HealthCheck> check(String frontends, String settings) throws IOException {
        return WrittenFile.of(
                        folder,
                        """
                        frontends: {%s}
                        backends:
                          shop: {servers: {web1: web1:80}%s}
                          before: {servers: {web1: web1:81}, when-down: {backend: shop}}
                          first: {servers: {web1: web1:82}, when-down: {backend: before}}
                        """
                                .formatted(frontends, settings))
                .backend("shop")
                .healthCheck();
    }

    private HealthCheck checkBehindHttp(String given) throws IOException {
        String settings = ", health-check: " + given;
        return check("web: {bind: ':80', backend: shop}", settings).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "web: {bind: ':80', backend: shop}",
                "web: {bind: ':80', routes: {path: /a, backend: shop}}",
                "web: {bind: ':80', backend: first}",
                ""
            })
    void aBackendThatServesHttpIsAskedForAnyAnswer(String frontends) throws IOException {
        assertThat(check(frontends, "")).contains(ANY_ANSWER);
        assertThat(ANY_ANSWER.http()).contains("/");
        assertThat(ANY_ANSWER.method()).isEqualTo("HEAD");
        assertThat(ANY_ANSWER.expectStatus()).containsExactly(new StatusRange(200, 599));
        assertThat(ANY_ANSWER.timeout()).isEqualTo(HealthCheck.TCP.timeout());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "db: {bind: ':80', mode: tcp, backend: shop}",
                "db: {bind: ':80', mode: tcp, backend: before}",
                "db: {bind: ':80', mode: tcp, backend: first}",
                "web: {bind: ':80', backend: shop}, db: {bind: ':81', mode: tcp, backend: shop}",
                "db: {bind: ':81', mode: tcp, backend: first}, web: {bind: ':80', backend: shop}"
            })
    void aBackendThatATcpFrontendLeadsToIsAskedForAConnection(String frontends) throws IOException {
        assertThat(check(frontends, "")).contains(HealthCheck.TCP);
    }

    @Test
    void aGroupThatDoesNotSayByWhatKeepsWhatItSays() throws IOException {
        HealthCheck quick = checkBehindHttp("{interval: 700ms, fall: 5}");
        assertThat(quick.interval()).isEqualTo(Duration.ofMillis(700));
        assertThat(quick.fall()).isEqualTo(5);
        assertThat(quick.http()).contains("/");
        assertThat(quick.method()).isEqualTo("HEAD");
        assertThat(checkBehindHttp("{}")).isEqualTo(ANY_ANSWER);
    }

    @Test
    void whoeverSaysTcpGetsAConnection() throws IOException {
        assertThat(checkBehindHttp("tcp")).isEqualTo(HealthCheck.TCP);
        assertThat(checkBehindHttp("{http: none}")).isEqualTo(HealthCheck.TCP);
        HealthCheck quick = checkBehindHttp("{http: none, interval: 700ms}");
        assertThat(quick.http()).isEmpty();
        assertThat(quick.interval()).isEqualTo(Duration.ofMillis(700));
    }

    @Test
    void whoeverNamesAPathIsAskedAsEver() throws IOException {
        HealthCheck named = checkBehindHttp("{http: /}");
        assertThat(named.method()).isEqualTo("GET");
        assertThat(named.expectStatus()).isEqualTo(List.of(new StatusRange(200, 399)));
        String byTcp = "db: {bind: ':80', mode: tcp, backend: shop}";
        assertThat(check(byTcp, ", health-check: {http: /}")).contains(named);
    }

    @Test
    void noneIsNoCheck() throws IOException {
        assertThat(check("web: {bind: ':80', backend: shop}", ", health-check: none")).isEmpty();
    }
}
