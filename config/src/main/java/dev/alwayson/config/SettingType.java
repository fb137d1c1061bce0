package dev.alwayson.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
}
