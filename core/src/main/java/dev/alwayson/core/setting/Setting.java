package dev.alwayson.core.setting;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Explains a setting where it is declared: on the component of the record that holds it. The reader
 * of the configuration file takes names and defaults from here, the reference page the rest.
 *
 * <p>A component of type {@code Optional}, {@code List} or {@code Map} may be left out; any other
 * without a {@link #standard} must be given. The key in the file is the component's name in lower
 * case with dashes, unless {@link #key} says otherwise.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Setting {

    /** What it means: one or two sentences. */
    String value();

    /** The default, written as in the file; empty if there is none. */
    String standard() default "";

    /** What very small and very large values do; empty where there are none. */
    String extremes() default "";

    /** The smallest value, written as in the file; of a list, its elements'. Empty: no bound. */
    String min() default "";

    /** The largest value, in the same manner. */
    String max() default "";

    /** A regular expression that the text must match; empty: any text. Given with {@link #rule}. */
    String form() default "";

    /** What {@link #form} asks for, in words: {@code must be a path, as in /health}. */
    String rule() default "";

    /**
     * The word that says that there is none, of an {@code Optional} that may not be left out so.
     */
    String absent() default "";

    /** The key in the file, where the component's name cannot be it. */
    String key() default "";
}
