package dev.alwayson.core.setting;

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

    public HostAndPort {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(RULE);
        }
    }

    /**
     * @throws IllegalArgumentException with {@link #RULE} if the text is not of this form
     */
    public static HostAndPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new IllegalArgumentException(RULE);
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
            if (!host.matches("[0-9A-Fa-f:.%a-z]*:[0-9A-Fa-f:.%a-z]*")) {
                throw new IllegalArgumentException(RULE);
            }
        } else if (!host.matches("[A-Za-z0-9._-]*")
                || (host.matches("[0-9.]+") && !host.matches(IP_V4))) {
            throw new IllegalArgumentException(RULE);
        }
        return new HostAndPort(host, Integer.parseInt(text.substring(colon + 1)));
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
