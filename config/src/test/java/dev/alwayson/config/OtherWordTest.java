package dev.alwayson.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OtherWordTest {

    @Test
    void aWordOfOtherProxiesIsAnsweredByWhatTheGroupHas() {
        List<String> frontend = List.of("bind", "backend", "upgrade");
        assertThat(OtherWord.meant("websockets", frontend)).contains("upgrade");
        assertThat(OtherWord.meant("listen", frontend)).contains("bind");
        assertThat(OtherWord.meant("upstream", frontend)).contains("backend");
        assertThat(OtherWord.meant("upstream", List.of("backends"))).contains("backends");
        assertThat(OtherWord.meant("maxconn", frontend)).isEmpty();
        assertThat(OtherWord.meant("colour", frontend)).isEmpty();
    }
}
