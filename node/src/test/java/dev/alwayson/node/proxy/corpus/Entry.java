package dev.alwayson.node.proxy.corpus;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A message of the corpus, with all that goes before and after it on its connections. In its texts
 * a character is an octet.
 *
 * @param place the file and line it begins at
 * @param garden its classes in the list of bugs that http-garden found
 * @param settings those of the proxy that differ from the standard ones
 * @param client what the client sends, a plain request if it is the server that misbehaves
 * @param clientEnd what the client does then
 * @param server what the server answers with, once it has a whole request; empty for a plain answer
 * @param serverEnd what the server does then
 * @param answer the statuses that the client gets, and how its connection is left
 * @param partReaches whether part of the request may reach the server before it is refused; the
 *     whole never does
 * @param seenByServer the octets that reach the server, if not told by the rule
 * @param seenByClient the octets that reach the client, if they matter
 */
public record Entry(
        String place,
        String name,
        Rule rule,
        List<String> garden,
        Map<String, String> settings,
        List<Part> client,
        End clientEnd,
        List<Part> server,
        End serverEnd,
        Answer answer,
        boolean partReaches,
        Optional<String> seenByServer,
        Optional<String> seenByClient) {

    /** Octets, and how long to wait before more. */
    public record Part(String octets, Duration pause) {}

    /** What someone does who has sent everything. */
    public enum End {
        STAYS,
        CLOSES,
        RESETS
    }

    /** How the proxy leaves the client's connection. */
    public enum Left {
        /** Another request on it is served. */
        OPEN,
        CLOSED,
        /** In the middle of a response. */
        BROKEN
    }

    public record Answer(List<Integer> statuses, Left left) {}

    /** Whether it is the server that misbehaves. */
    public boolean fromServer() {
        return !server.isEmpty() || serverEnd != End.STAYS || settings.containsKey("response");
    }

    public String clientOctets() {
        return octets(client);
    }

    public String serverOctets() {
        return octets(server);
    }

    private static String octets(List<Part> parts) {
        StringBuilder octets = new StringBuilder();
        parts.forEach(part -> octets.append(part.octets()));
        return octets.toString();
    }

    @Override
    public String toString() {
        return rule.word() + ": " + name + " (" + place + ")";
    }
}
