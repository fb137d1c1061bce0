package dev.alwayson.core.setting;

import java.util.Optional;

/**
 * A host (a name, an IPv4 or an IPv6 address without brackets) and a port, written as {@code
 * web1.example.com:80}, {@code 10.0.0.1:80} or {@code [::1]:80}.
 *
 * @param host empty in an address to bind that means every address, written {@code :80}
 * @param port 1 to 65535; 0 in an address to bind takes any free port
 */
public record HostAndPort(String host, int port) {

    public static final String RULE =
            "must be an address and a port from 0 to 65535, as in 10.0.0.1:80, web1:80 or [::1]:80";

    /** Of an address to connect to, which neither every address nor any free port can be. */
    public static final String RULE_TO_CONNECT =
            "must be a host and a port from 1 to 65535, as in 10.0.0.1:80, web1:80 or [::1]:80";

    static final String IP_V4 =
            "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}";

    private static final String H16 = "[0-9A-Fa-f]{1,4}";
    private static final String LS32 = "(" + H16 + ":" + H16 + "|" + IP_V4 + ")";

    /** {@code IPv6address} of RFC 3986, section 3.2.2. */
    public static final String IP_V6 =
            "("
                    + ("(" + H16 + ":){6}" + LS32)
                    + ("|::(" + H16 + ":){5}" + LS32)
                    + ("|(" + H16 + ")?::(" + H16 + ":){4}" + LS32)
                    + ("|((" + H16 + ":){0,1}" + H16 + ")?::(" + H16 + ":){3}" + LS32)
                    + ("|((" + H16 + ":){0,2}" + H16 + ")?::(" + H16 + ":){2}" + LS32)
                    + ("|((" + H16 + ":){0,3}" + H16 + ")?::" + H16 + ":" + LS32)
                    + ("|((" + H16 + ":){0,4}" + H16 + ")?::" + LS32)
                    + ("|((" + H16 + ":){0,5}" + H16 + ")?::" + H16)
                    + ("|((" + H16 + ":){0,6}" + H16 + ")?::)");

    private static final String FORM = "([A-Za-z0-9._-]*|\\[[^\\[\\]]*\\]):\\d{1,5}";

    public HostAndPort {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(RULE);
        }
    }

    /**
     * @throws IllegalArgumentException with {@link #mistake}, else {@link #RULE}, if the text is
     *     not of this form
     */
    public static HostAndPort parse(String text) {
        Optional<String> mistake = mistake(text);
        if (mistake.isPresent() || !text.matches(FORM)) {
            throw new IllegalArgumentException(mistake.orElse(RULE));
        }
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, colon);
        return new HostAndPort(
                host.startsWith("[") ? host.substring(1, colon - 1) : host,
                Integer.parseInt(text.substring(colon + 1)));
    }

    /**
     * What is wrong with a text, where more can be said than {@link #RULE}. Addresses with a zone
     * (RFC 4007) are refused: which card it names, and whether there is one, changes with time and
     * machine.
     */
    public static Optional<String> mistake(String text) {
        if (text.contains("/")) {
            return Optional.of("must be without http:// and without a path, as in web1:80");
        }
        if (!text.matches(".*:\\d{1,5}")) {
            return Optional.empty();
        }
        String host = text.substring(0, text.lastIndexOf(':'));
        if (host.startsWith("[") && host.endsWith("]")) {
            return inBrackets(host.substring(1, host.length() - 1));
        }
        return host.matches("[0-9.]+") && !host.matches(IP_V4)
                ? Optional.of(
                        "must have an IPv4 address of four numbers from 0 to 255, without zeros"
                                + " before them, as in 10.0.0.1:80")
                : Optional.empty();
    }

    private static Optional<String> inBrackets(String address) {
        if (address.contains("%")) {
            return Optional.of(
                    "must be without % and what follows it: addresses that hold for one network"
                            + " card alone are not taken");
        }
        return address.matches(IP_V6)
                ? Optional.empty()
                : Optional.of("must have an IPv6 address in its brackets, as in [2001:db8::1]:80");
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
