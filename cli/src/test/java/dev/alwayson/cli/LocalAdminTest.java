package dev.alwayson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.control.Admin;
import dev.alwayson.core.setting.HostAndPort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalAdminTest {

    @TempDir private Path folder;

    @Test
    void withoutAFileTheStandardAddressIsMeant() {
        assertThat(LocalAdmin.of(folder.resolve("alwayson.yaml"))).isEqualTo(Admin.STANDARD);
    }

    @Test
    void aFileWithProblemsStillTellsWhereItsNodeListens() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("alwayson.yaml"),
                        "admin: {bind: 127.0.0.1:7171, token-file: token}\nfrontnds: {}\n");

        assertThat(LocalAdmin.of(file))
                .isEqualTo(
                        new Admin(
                                new HostAndPort("127.0.0.1", 7171),
                                Optional.of(folder.resolve("token"))));
    }

    @Test
    void whatIsNotYamlMeansTheStandardAddress() throws Exception {
        Path file = Files.writeString(folder.resolve("alwayson.yaml"), "admin: {bind: [\n");
        assertThat(LocalAdmin.of(file)).isEqualTo(Admin.STANDARD);
    }
}
