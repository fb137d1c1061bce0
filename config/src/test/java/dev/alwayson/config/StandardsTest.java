package dev.alwayson.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.BackendTimeouts;
import dev.alwayson.core.balance.ClientLimits;
import dev.alwayson.core.balance.Eject;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.FrontendTimeouts;
import dev.alwayson.core.balance.Limits;
import dev.alwayson.core.balance.Retries;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.control.Admin;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Shutdown;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.target.HealthCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A default is the same in the file, where a setting is declared, and in the code. */
class StandardsTest {

    private static final HostAndPort WEB1 = new HostAndPort("10.0.0.1", 80);

    @TempDir Path folder;

    static Stream<Record> standards() {
        return Stream.of(
                Admin.STANDARD,
                Shutdown.STANDARD,
                FrontendTimeouts.STANDARD,
                BackendTimeouts.STANDARD,
                Limits.STANDARD,
                ClientLimits.STANDARD,
                Retries.STANDARD,
                Eject.STANDARD,
                HealthCheck.TCP);
    }

    @ParameterizedTest
    @MethodSource("standards")
    void theStandardIsWhatAnEmptyMappingGives(Record standard) {
        Problems problems = new Problems(folder);
        Binder binder =
                new Binder(
                        new Draft(problems), new Substitution(Optional.empty(), Map.of()), folder);
        assertThat(
                        YamlTree.parse("{}", problems)
                                .flatMap(node ->
                                        binder.group(standard.getClass(), node, SettingPath.TOP)))
                .contains(standard);
    }

    @Test
    void everyDurationHasALargestValueSoThatItsMillisecondsFitALong() {
        assertThat(settings(Configuration.class))
                .filteredOn(setting ->
                        setting.type() instanceof SettingType.Value(var form)
                                && form.name().equals("duration"))
                .hasSizeGreaterThan(10)
                .allSatisfy(setting ->
                        assertThat(setting.words().max()).as("%s", setting).isNotEmpty());
    }

    private static Stream<DeclaredSetting> settings(Class<? extends Record> group) {
        return DeclaredSetting.of(group).stream()
                .flatMap(setting ->
                        Stream.concat(
                                Stream.of(setting),
                                Reference.groupOf(setting.type()).stream()
                                        .flatMap(StandardsTest::settings)));
    }

    @Test
    void aFileThatSaysAlmostNothingHasEveryDefault() throws IOException {
        assertThat(WrittenFile.of(folder, "frontends: {}").configuration())
                .isEqualTo(WrittenFile.standard(folder));
    }

    @Test
    void theShortestFrontendBackendAndServerHaveEveryDefault() throws IOException {
        Configuration configuration =
                WrittenFile.of(
                                folder,
                                """
                                frontends: {web: {bind: "10.0.0.2:80", backend: shop}}
                                backends: {shop: {servers: {web1: 10.0.0.1:80}}}
                                """)
                        .configuration();
        assertThat(configuration.frontends())
                .containsOnly(
                        Map.entry("web", Frontend.http(new HostAndPort("10.0.0.2", 80), "shop")));
        assertThat(configuration.backends())
                .containsOnly(Map.entry("shop", Backend.of(Map.of("web1", Server.at(WEB1)))));
    }
}
