package dev.alwayson.config;

import dev.alwayson.core.setting.Setting;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A setting as a record of core declares it. */
record DeclaredSetting(String key, Setting words, SettingType type, RecordComponent component) {

    private static final ClassValue<List<DeclaredSetting>> BY_GROUP =
            new ClassValue<>() {
                @Override
                protected List<DeclaredSetting> computeValue(Class<?> group) {
                    return Arrays.stream(group.getRecordComponents())
                            .map(DeclaredSetting::of)
                            .toList();
                }
            };

    /**
     * The settings of a record, in its order.
     *
     * @throws IllegalStateException if a component does not explain itself: a mistake in core
     */
    static List<DeclaredSetting> of(Class<? extends Record> group) {
        return BY_GROUP.get(group);
    }

    private static DeclaredSetting of(RecordComponent component) {
        Setting words = component.getAnnotation(Setting.class);
        if (words == null) {
            throw new IllegalStateException(component + " of a group has no @Setting");
        }
        String key = words.key().isEmpty() ? dashed(component.getName()) : words.key();
        return new DeclaredSetting(
                key, words, SettingType.of(component.getGenericType()), component);
    }

    private static String dashed(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** The word by which it says that there is none. */
    Optional<String> absent() {
        return type instanceof SettingType.Maybe maybe
                ? absent(maybe.content(), words)
                : Optional.empty();
    }

    static Optional<String> absent(SettingType content, Setting words) {
        if (!words.absent().isEmpty()) {
            return Optional.of(words.absent());
        }
        return content instanceof SettingType.Group group
                ? ShortForm.of(group.type()).flatMap(ShortForm::absent)
                : Optional.empty();
    }

    Object valueIn(Record group) {
        try {
            return component.getAccessor().invoke(group);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }
}
