package dev.alwayson.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.config.ConfigurationFile;
import dev.alwayson.config.Environment;
import dev.alwayson.config.Reading;
import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.control.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BalancerFileTest {

    @TempDir private Path folder;

    private final BalancerFile file =
            new BalancerFile(20_001, 20_002, Map.of("web1", 20_003, "web2", 20_004));

    @Test
    void isAValidConfigurationThatTriesAnotherServerAfter500() throws IOException {
        Backend shop = backend(file.text());

        assertThat(shop.servers()).containsOnlyKeys("web1", "web2");
        assertThat(shop.retries().onStatus()).containsExactly(500);
        assertThat(shop.servers().values()).allMatch(server -> server.weight() == 1);
    }

    @Test
    void aFavouredServerHasThreeTimesTheWeight() throws IOException {
        Backend shop = backend(file.text("web2"));

        Map<String, Integer> weights = new HashMap<>();
        shop.servers().forEach((name, server) -> weights.put(name, server.weight()));
        assertThat(weights).isEqualTo(Map.of("web1", 1, "web2", 3));
    }

    private Backend backend(String text) throws IOException {
        Path path = Files.writeString(folder.resolve("alwayson.yaml"), text);
        Reading reading = ConfigurationFile.read(path, Environment.ofProcess(Optional.of("demo")));
        assertThat(reading).isInstanceOf(Reading.Valid.class);
        Configuration configuration = ((Reading.Valid) reading).configuration();
        return Objects.requireNonNull(configuration.backends().get("shop"));
    }
}
