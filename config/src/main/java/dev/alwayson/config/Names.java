package dev.alwayson.config;

import java.util.regex.Pattern;

/** What frontends, backends, servers and nodes may be called. */
public final class Names {

    public static final String RULE =
            "must be a name of letters, digits, dots, dashes and underscores, at most 64 long";

    static final String RULE_OF_DOTS = "must not be . or ..: in a path these lead elsewhere";

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private Names() {}

    public static boolean valid(String name) {
        return FORM.matcher(name).matches();
    }

    /** Whether it means something else in a path (RFC 3986, section 3.3). */
    static boolean dots(String name) {
        return name.equals(".") || name.equals("..");
    }

    /** A name as it is shown that may not be valid. */
    public static String shown(String name) {
        return Shown.text(name);
    }

    /** Whether a backend is one of those that a database will bring: {@code orders/primary}. */
    static boolean ofDatabase(String backend) {
        return backend.endsWith("/primary") || backend.endsWith("/replicas");
    }
}
