package dev.alwayson.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.control.RuntimeChanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalRuntimeStoreTest {

    private static final RuntimeChanges DRAINED =
            RuntimeChanges.NONE
                    .with(new ServerId("shop", "web1"), ServerState.DRAIN)
                    .with(new ServerId("orders/primary", "pg1"), ServerState.MAINT);

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("runtime-changes.json");
    }

    @Test
    void nothingWasSavedYet() throws Exception {
        assertThat(new LocalRuntimeStore(file).load()).isEqualTo(RuntimeChanges.NONE);
    }

    @Test
    void whatWasSavedIsThereAfterARestart() throws Exception {
        new LocalRuntimeStore(file).save(DRAINED);

        assertThat(new LocalRuntimeStore(file).load()).isEqualTo(DRAINED);
    }

    @Test
    void aCrashBeforeTheRenameLeavesTheOldChanges() throws Exception {
        new LocalRuntimeStore(file).save(DRAINED);
        Files.writeString(folder.resolve("runtime-changes.json.new"), "{\"form\":1,\"vers");

        assertThat(new LocalRuntimeStore(file).load()).isEqualTo(DRAINED);
        RuntimeChanges next = DRAINED.with(new ServerId("shop", "web1"), ServerState.READY);
        new LocalRuntimeStore(file).save(next);
        assertThat(new LocalRuntimeStore(file).load()).isEqualTo(next);
    }

    @Test
    void aSaveThatFailsLeavesTheOldChanges() throws Exception {
        LocalRuntimeStore store = new LocalRuntimeStore(file);
        store.save(DRAINED);
        Files.createDirectory(folder.resolve("runtime-changes.json.new"));

        assertThatThrownBy(() -> store.save(RuntimeChanges.NONE)).isInstanceOf(IOException.class);

        assertThat(store.load()).isEqualTo(DRAINED);
    }

    @Test
    void damageIsToldWithTheFileAndWhatToDo() throws Exception {
        Files.writeString(file, "{\"form\":1,\"version\":3,\"states\":[{\"backend\":\"sh");

        assertThatThrownBy(() -> new LocalRuntimeStore(file).load())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ": the runtime changes file is not JSON")
                .hasMessageContaining("move it away");
    }

    @Test
    void damageIsToldInTheWordsOfTheFileNotOfWhoeverReadsIt() throws Exception {
        for (String content : List.of("{", "[[", "{\"form\":1,\"states\":[{")) {
            Files.writeString(file, content);
            assertThatThrownBy(() -> new LocalRuntimeStore(file).load())
                    .as(content)
                    .hasMessageStartingWith(
                            file
                                    + ": the runtime changes file is not JSON: Unexpected end-of-input")
                    .hasMessageNotContainingAny("Source", "REDACTED", "UNKNOWN")
                    .hasMessageContaining("; repair the file, or move it away");
        }
    }

    @Test
    void whatIsNoTextOrHasNoStatesIsDamageToo() throws Exception {
        Files.write(file, new byte[] {'{', (byte) 0xFF, (byte) 0xFE, 0});
        assertThatThrownBy(() -> new LocalRuntimeStore(file).load())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        file + ": the runtime changes file is not text; repair the file")
                .hasMessageContaining("move it away");

        for (String content : List.of("", "[]", "{}", "{\"form\":1,\"version\":3}")) {
            Files.writeString(file, content);
            assertThatThrownBy(() -> new LocalRuntimeStore(file).load())
                    .as(content)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(file + ": the runtime changes file ")
                    .hasMessageContaining("move it away");
        }
    }

    @Test
    void aStateThatDoesNotExistIsDamage() throws Exception {
        Files.writeString(
                file,
                "{\"form\":1,\"version\":3,\"states\":[{\"backend\":\"a\",\"server\":\"b\","
                        + "\"state\":\"asleep\"}]}");

        assertThatThrownBy(() -> new LocalRuntimeStore(file).load())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'asleep' is not a server's state");
    }

    @Test
    void aLaterFormIsLeftAlone() throws Exception {
        Files.writeString(file, "{\"form\":2,\"version\":3}");

        assertThatThrownBy(() -> new LocalRuntimeStore(file).load())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("form 2: this version of Always On knows forms up to 1");
    }
}
