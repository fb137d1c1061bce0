package dev.alwayson.core.journal;

import java.util.Locale;

/**
 * The name of each kind of what happens, made once: its record's in lower case with dashes, so a
 * record keeps its name. For any thread.
 */
final class KindName extends ClassValue<String> {

    static final KindName OF = new KindName();

    private KindName() {}

    @Override
    protected String computeValue(Class<?> kind) {
        return kind.getSimpleName().replaceAll("(?<!^)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
