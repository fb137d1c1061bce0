package dev.alwayson.node.admin;

import dev.alwayson.core.setting.HostAndPort;
import io.netty.util.NetUtil;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who may ask what. /health is open to all. Everything else takes the token where there is one, and
 * is closed to pages of other sites, whose requests the browser of somebody beside this node would
 * carry here:
 *
 * <ul>
 *   <li>without a token, the Host header must be an address, {@code localhost}, or the name that
 *       the server is bound to: another name is one that an attacker's DNS points here (rebinding).
 *       With a token any name will do, because no browser adds the token by itself;
 *   <li>an Origin must be this server's own, and Sec-Fetch-Site must not be another site;
 *   <li>what changes something is a POST with {@code Content-Type: application/json}, which neither
 *       a form nor a cross-site request without preflight can send (Fetch standard, §2.2.2).
 * </ul>
 */
final class Admission {

    private static final Set<String> OWN_SITE = Set.of("none", "same-origin");

    private final String bindHost;
    private final Optional<Token> token;

    Admission(HostAndPort bind, Optional<Token> token) {
        this.bindHost = bind.host().toLowerCase(Locale.ROOT);
        this.token = token;
    }

    Optional<Refusal> refuse(Asked asked) {
        if (asked.openToAll()) {
            return Optional.empty();
        }
        if (token.isEmpty() && !known(asked.host())) {
            return Optional.of(
                    new Refusal(
                            421,
                            "Host: " + asked.host(),
                            "the name is not one of this node's",
                            "ask by its address, or configure admin.token-file"));
        }
        if (foreign(asked)) {
            return Optional.of(
                    new Refusal(
                            403,
                            "Origin: " + asked.origin().orElse("another site"),
                            "pages of other sites may not ask this node",
                            "ask without a browser"));
        }
        if (token.isPresent() && !token.get().admits(asked.authorization())) {
            return Optional.of(
                    new Refusal(
                            401,
                            asked.path(),
                            "the token is missing or wrong",
                            "send the header Authorization: Bearer TOKEN (--token-file); a changed"
                                    + " token file is known from the next reload on"));
        }
        return Optional.empty();
    }

    /**
     * Refuses a POST that a form or a cross-site request without preflight could be.
     *
     * @param contentType empty where there is none; media types have no case (RFC 9110, 8.3.1)
     */
    static Optional<Refusal> refuseChange(String contentType) {
        return contentType.replaceFirst("\\s*;.*", "").equalsIgnoreCase("application/json")
                ? Optional.empty()
                : Optional.of(
                        new Refusal(
                                415,
                                "Content-Type: " + contentType,
                                "what changes something takes Content-Type: application/json",
                                "send this header; the body may be empty"));
    }

    private static boolean foreign(Asked asked) {
        boolean otherOrigin =
                asked.origin()
                        .filter(origin -> !origin.equalsIgnoreCase("http://" + asked.host()))
                        .isPresent();
        boolean otherSite = asked.fetchSite().filter(site -> !OWN_SITE.contains(site)).isPresent();
        return otherOrigin || otherSite;
    }

    private boolean known(String hostHeader) {
        String host = hostHeader.toLowerCase(Locale.ROOT).replaceFirst(":\\d{1,5}$", "");
        boolean address =
                NetUtil.isValidIpV4Address(host)
                        || (host.matches("\\[[0-9a-f:.]+\\]") && NetUtil.isValidIpV6Address(host));
        return address || host.equals("localhost") || (!host.isEmpty() && host.equals(bindHost));
    }
}
