package dev.alwayson.node.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.journal.Happening;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class HappeningJsonTest {

    @ParameterizedTest
    @MethodSource("kinds")
    void everyKindComesBackAsItWasWritten(Class<? extends Happening> type) throws Exception {
        Happening happening = example(type);

        String json = HappeningJson.write(happening).toString();

        assertThat(HappeningJson.read(happening.kind(), HappeningJson.VERSION, json))
                .isEqualTo(happening);
    }

    @Test
    void aKindOfALaterVersionKeepsItsText() {
        String json = "{\"from\":\"eu\",\"to\":\"us\"}";

        Happening read = HappeningJson.read("region-evacuated", 1, json);

        assertThat(read).isEqualTo(new Happening.Unrecognized("region-evacuated", json));
        assertThat(HappeningJson.write(read)).hasToString(json);
    }

    @Test
    void aLaterFormOfAKnownKindIsNotGuessedAt() {
        String json = "{\"version\":\"9\"}";

        assertThat(HappeningJson.read("node-started", 2, json))
                .isEqualTo(new Happening.Unrecognized("node-started", json));
    }

    @Test
    void aKnownKindWithoutItsMembersKeepsItsText() {
        assertThat(HappeningJson.read("events-lost", 1, "{\"count\":\"many\"}"))
                .isEqualTo(new Happening.Unrecognized("events-lost", "{\"count\":\"many\"}"));
    }

    static Stream<Class<?>> kinds() {
        return Arrays.stream(Happening.class.getPermittedSubclasses())
                .filter(type -> type != Happening.Unrecognized.class);
    }

    /** One with a value in every component, each different from what a default would be. */
    private static Happening example(Class<? extends Happening> type) throws Exception {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = value(components[i], i);
        }
        return type.getDeclaredConstructor(types).newInstance(values);
    }

    private static Object value(RecordComponent component, int i) {
        Class<?> type = component.getType();
        if (type == String.class) {
            return "line " + i + " \"quoted\" \u2028 é";
        }
        if (type == int.class) {
            return 7 + i;
        }
        if (type == long.class) {
            return Long.MAX_VALUE - i;
        }
        if (type == boolean.class) {
            return true;
        }
        if (type == List.class) {
            return List.of("first", "second\n");
        }
        if (type.isEnum()) {
            Object[] constants = type.getEnumConstants();
            return constants[constants.length - 1];
        }
        throw new AssertionError(component + ": give this test an example of its type");
    }
}
