package dev.alwayson.core.setting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestWordTest {

    private static final List<String> KNOWN = List.of("shop/web1", "shop/web2", "api/node");

    @Test
    void findsWhatWasMeant() {
        assertThat(NearestWord.to("shpo/web2", KNOWN)).contains("shop/web2");
        assertThat(NearestWord.to("api/nod", KNOWN)).contains("api/node");
    }

    @Test
    void guessesNothingFromAWordThatIsFarFromAll() {
        assertThat(NearestWord.to("orders/primary", KNOWN)).isEmpty();
        assertThat(NearestWord.to("shop/web1", List.of())).isEmpty();
    }
}
