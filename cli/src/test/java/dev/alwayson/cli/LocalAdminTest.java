package dev.alwayson.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alwayson.core.control.Admin;
import dev.alwayson.core.setting.HostAndPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalAdminTest {

    @TempDir private Path folder;

    @Test
    void withoutAFileTheStandardAddressIsMeant() throws Exception {
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
    void aProblemElsewhereLeavesNoDoubtOfTheStandardAddress() throws Exception {
        Path file = written("frontends: {}\nbackends: {shop: {balanse: random}}\n");
        assertThat(LocalAdmin.of(file)).isEqualTo(Admin.STANDARD);
    }

    @Test
    void anAddressThatBreaksARuleOfTheWholeIsStillTheAddress() throws Exception {
        Path file = written("frontends: {}\nadmin: {bind: 10.0.0.1:7171}\n");
        assertThat(LocalAdmin.of(file).bind()).isEqualTo(new HostAndPort("10.0.0.1", 7171));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "- a list\n",
                "frontends: {web: {bind: ':80', backend: [shop\n",
                "frontends: {}\nadmin: 127.0.0.1:7171\n",
                "frontends: {}\nadmin: {bind: 127.0.0.1}\n",
                "frontends: {}\nadmin: {port: 7171}\n",
                "frontends: {}\nadmin: {bind: '127.0.0.1:${env:NO_SUCH_VARIABLE_HERE}'}\n",
                "frontends: {}\nadmin: {bind: 127.0.0.1:7171}\nadmin: 5\n",
                "frontends: {}\ncontrol: {bind: 127.0.0.1:7171}\n",
                "frontends: {}\namdin: {bind: 127.0.0.1:7171}\n",
                "backends: {}\n"
            })
    void aProblemThatLeavesTheAddressOpenIsToldAndNoNodeIsGuessed(String text) throws Exception {
        Path file = written(text);
        assertThatThrownBy(() -> LocalAdmin.of(file))
                .isInstanceOf(Refused.class)
                .hasMessageStartingWith(file + ":")
                .hasMessageEndingWith(
                        "\nSo the address of the node is not known, and nothing was asked: name it"
                                + " with --admin, or mend the file.");
    }

    @Test
    void neitherIsOneWhereTheFileIsThereAndCannotBeRead() throws Exception {
        Path folderOfThatName = Files.createDirectory(folder.resolve("alwayson.yaml"));
        assertThatThrownBy(() -> LocalAdmin.of(folderOfThatName))
                .hasMessageStartingWith(folderOfThatName + ": cannot be read: it is a folder");
        Path dangling =
                Files.createSymbolicLink(folder.resolve("link.yaml"), folder.resolve("gone"));
        assertThatThrownBy(() -> LocalAdmin.of(dangling))
                .hasMessageStartingWith(dangling + ": there is no such file");
    }

    private Path written(String text) throws IOException {
        return Files.writeString(folder.resolve("alwayson.yaml"), text);
    }
}
