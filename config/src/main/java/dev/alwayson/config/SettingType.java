package dev.alwayson.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** What a setting holds, as its component's type says. */
sealed interface SettingType {

    /** One text. */
    record Value(ValueForm form) implements SettingType {}

    /** Further settings: those of a record. */
    record Group(Class<? extends Record> type) implements SettingType {}

    /** Several in order; one may stand without brackets. */
    record Listed(SettingType element) implements SettingType {}

    /** Several by name. */
    record Named(SettingType element) implements SettingType {}

    /** One or none. */
    record Maybe(SettingType content) implements SettingType {}

    /**
     * @throws IllegalStateException if no setting can be of this type: a mistake in core
     */
    static SettingType of(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == Optional.class) {
                return new Maybe(of(arguments[0]));
            }
            if (generic.getRawType() == List.class) {
                return new Listed(of(arguments[0]));
            }
            if (generic.getRawType() == Map.class && arguments[0] == String.class) {
                return new Named(of(arguments[1]));
            }
        }
        if (type instanceof Class<?> plain) {
            Optional<ValueForm> form = ValueForm.of(plain);
            if (form.isPresent()) {
                return new Value(form.get());
            }
            if (plain.isRecord()) {
                return new Group(plain.asSubclass(Record.class));
            }
        }
        throw new IllegalStateException(type + ": no setting can be of this type");
    }

    /** Whether a node has the shape of such a setting, whatever is wrong within. */
    default boolean fits(Node node) {
        return switch (this) {
            case Value _ -> node instanceof ScalarNode;
            case Group group ->
                    node instanceof MappingNode
                            || (node instanceof ScalarNode
                                    && ShortForm.of(group.type()).isPresent());
            case Listed list -> node instanceof SequenceNode || list.element().fits(node);
            case Named _ -> node instanceof MappingNode;
            case Maybe maybe -> maybe.content().fits(node);
        };
    }
}
