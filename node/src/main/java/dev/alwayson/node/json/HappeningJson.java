package dev.alwayson.node.json;

import dev.alwayson.core.journal.Happening;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happened, as a JSON object with a member for each component of its record. Enum constants
 * are written in lower case. What this version cannot read, because the kind is new or its form has
 * changed, is {@link Happening.Unrecognized} and keeps its text.
 */
public final class HappeningJson {

    /** The version of every kind's form that this program writes. */
    public static final int VERSION = 1;

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Map<String, Class<? extends Happening>> KINDS = kinds();

    private HappeningJson() {}

    /**
     * @throws IllegalArgumentException if a component is of a type that has no JSON form here
     */
    public static ObjectNode write(Happening happening) {
        if (happening instanceof Happening.Unrecognized unrecognized) {
            return parse(unrecognized.json());
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (RecordComponent component : happening.getClass().getRecordComponents()) {
            object.set(component.getName(), value(get(component, happening)));
        }
        return object;
    }

    /** Never fails: what cannot be read is {@link Happening.Unrecognized}. */
    public static Happening read(String kind, int version, String json) {
        Class<? extends Happening> type = KINDS.get(kind);
        if (type == null || version != VERSION) {
            return new Happening.Unrecognized(kind, json);
        }
        try {
            return construct(type, parse(json));
        } catch (IllegalArgumentException e) {
            return new Happening.Unrecognized(kind, json);
        }
    }

    private static ObjectNode parse(String json) {
        try {
            if (JSON.readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
        throw new IllegalArgumentException("not a JSON object: " + json);
    }

    private static JsonNode value(Object value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (value) {
            case String text -> nodes.stringNode(text);
            case Integer number -> nodes.numberNode(number);
            case Long number -> nodes.numberNode(number);
            case Boolean truth -> nodes.booleanNode(truth);
            case Enum<?> constant -> nodes.stringNode(constant.name().toLowerCase(Locale.ROOT));
            case List<?> list -> {
                var array = nodes.arrayNode();
                list.forEach(element -> array.add(value(element)));
                yield array;
            }
            default -> throw new IllegalArgumentException(value.getClass() + ": has no JSON form");
        };
    }

    private static Object value(Type type, JsonNode node) {
        if (type == String.class && node.isString()) {
            return node.stringValue();
        }
        if (type == int.class && node.canConvertToInt()) {
            return node.intValue();
        }
        if (type == long.class && node.canConvertToLong()) {
            return node.longValue();
        }
        if (type == boolean.class && node.isBoolean()) {
            return node.booleanValue();
        }
        if (type instanceof Class<?> enumType && enumType.isEnum() && node.isString()) {
            return constant(enumType, node.stringValue());
        }
        if (type instanceof ParameterizedType list
                && list.getRawType() == List.class
                && node.isArray()) {
            List<Object> elements = new ArrayList<>();
            node.forEach(element -> elements.add(value(list.getActualTypeArguments()[0], element)));
            return elements;
        }
        throw new IllegalArgumentException(node + ": is not a " + type.getTypeName());
    }

    private static Object constant(Class<?> enumType, String word) {
        return Arrays.stream(enumType.getEnumConstants())
                .filter(constant -> ((Enum<?>) constant).name().equalsIgnoreCase(word))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                word + ": is not a " + enumType.getSimpleName()));
    }

    private static Happening construct(Class<? extends Happening> type, ObjectNode object) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = value(components[i].getGenericType(), object.path(components[i].getName()));
        }
        try {
            Constructor<? extends Happening> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type.getSimpleName() + ": cannot be made", e);
        }
    }

    private static Object get(RecordComponent component, Object happening) {
        try {
            return component.getAccessor().invoke(happening);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(component + ": cannot be read", e);
        }
    }

    private static Map<String, Class<? extends Happening>> kinds() {
        Map<String, Class<? extends Happening>> kinds = new HashMap<>();
        for (Class<?> permitted : Happening.class.getPermittedSubclasses()) {
            if (permitted != Happening.Unrecognized.class) {
                kinds.put(Happening.kind(permitted), permitted.asSubclass(Happening.class));
            }
        }
        return Map.copyOf(kinds);
    }
}
