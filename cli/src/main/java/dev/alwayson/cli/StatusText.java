package dev.alwayson.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The status document as tables for people. */
final class StatusText {

    private final Instant now;
    private final boolean colour;
    private final List<String> lines = new ArrayList<>();

    private StatusText(Instant now, boolean colour) {
        this.now = now;
        this.colour = colour;
    }

    static List<String> of(JsonNode status, Instant now, boolean colour) {
        StatusText text = new StatusText(now, colour);
        text.head(status);
        text.frontends(status.path("frontends"));
        text.backends(status.path("backends"));
        text.changes(status.path("changes"));
        text.journal(status.path("journal"));
        return text.lines;
    }

    private void head(JsonNode status) {
        boolean ready = status.path("ready").asBoolean(false);
        String readiness =
                ready
                        ? Paint.GOOD.on("ready", colour)
                        : Paint.BAD.on("not ready", colour)
                                + " ("
                                + status.path("notReady").asString("")
                                + ")";
        lines.add(
                "%s, version %s, %s, up %s, %s"
                        .formatted(
                                word(status, "node"),
                                word(status, "version"),
                                readiness,
                                Ago.of(Duration.ofSeconds(status.path("uptimeSeconds").asLong(0))),
                                word(status.path("configuration"), "file")));
    }

    private void frontends(JsonNode frontends) {
        if (frontends.isEmpty()) {
            return;
        }
        Table table = new Table("FRONTEND", "MODE", "LISTENS ON", "CLIENTS");
        for (JsonNode frontend : frontends) {
            List<String> bind = new ArrayList<>();
            frontend.path("bind").forEach(address -> bind.add(address.asString("")));
            table.row(
                    word(frontend, "name"),
                    word(frontend, "mode"),
                    String.join(" ", bind),
                    frontend.path("clients"));
        }
        lines.add("");
        lines.addAll(table.lines(colour));
    }

    private void backends(JsonNode backends) {
        for (JsonNode backend : backends) {
            String availability = word(backend, "availability");
            lines.add("");
            lines.add(
                    "%s is %s%s%s (%s, %s queued)"
                            .formatted(
                                    word(backend, "name"),
                                    Paint.of(availability).on(availability, colour),
                                    onlyBackupsServe(backend) ? ", only backups serve" : "",
                                    backend.path("panic").asBoolean(false)
                                            ? Paint.BAD.on(", panic", colour)
                                            : "",
                                    word(backend, "balance"),
                                    backend.path("queued")));
            lines.addAll(servers(backend.path("servers")).lines(colour));
        }
    }

    private static boolean onlyBackupsServe(JsonNode backend) {
        return !backend.path("panic").asBoolean(false)
                && someServe(backend, true)
                && !someServe(backend, false);
    }

    private static boolean someServe(JsonNode backend, boolean backup) {
        return backend.path("servers")
                .valueStream()
                .filter(server -> server.path("backup").asBoolean(false) == backup)
                .map(server -> word(server, "standing"))
                .anyMatch(List.of("serving", "unchecked")::contains);
    }

    private Table servers(JsonNode servers) {
        Table table =
                new Table(
                        "  SERVER",
                        "ADDRESS",
                        "STANDING",
                        "HEALTH",
                        "WEIGHT",
                        "CONNECTIONS",
                        "SINCE",
                        "LAST CHECK");
        for (JsonNode server : servers) {
            table.row(
                    "  "
                            + word(server, "name")
                            + (server.path("backup").asBoolean(false) ? " (backup)" : ""),
                    word(server, "address"),
                    painted(server, "standing"),
                    painted(server, "health"),
                    weight(server),
                    server.path("connections"),
                    since(word(server, "since")),
                    reason(server));
        }
        return table;
    }

    /** What the last check found, and what the server is ejected for. */
    private String reason(JsonNode server) {
        JsonNode ejection = server.path("ejection");
        String checked = word(server, "reason");
        return ejection.isMissingNode()
                ? checked
                : "%s; ejected %s (%s in succession): %s"
                        .formatted(
                                checked,
                                since(word(ejection, "since")),
                                ejection.path("times"),
                                word(ejection, "reason"));
    }

    /** The weight, and what a slow start makes of it. */
    private static String weight(JsonNode server) {
        double weight = server.path("weight").asDouble(1);
        double share = server.path("share").asDouble(weight);
        String whole = server.path("weight").toString();
        return share < weight ? whole + " (now " + share + ")" : whole;
    }

    private void changes(JsonNode changes) {
        if (changes.path("states").isEmpty()) {
            return;
        }
        Set<String> without = new HashSet<>();
        changes.path("withoutEffect").forEach(name -> without.add(name.asString("")));
        lines.add("");
        lines.add("Runtime changes, which win over the file until undone (alwayson ready):");
        changes.path("states")
                .forEachEntry((server, state) ->
                        lines.add(
                                "  "
                                        + server
                                        + " "
                                        + state.asString("")
                                        + (without.contains(server)
                                                ? " (without effect: not configured)"
                                                : "")));
    }

    private void journal(JsonNode journal) {
        long lost = journal.path("lost").asLong(0);
        List<String> sentences = new ArrayList<>();
        if (lost > 0) {
            sentences.add("The journal lost " + lost + (lost == 1 ? " event." : " events."));
        }
        if (journal.has("problem")) {
            sentences.add("The journal cannot be written: " + word(journal, "problem"));
        }
        if (!sentences.isEmpty()) {
            lines.add("");
            sentences.forEach(sentence -> lines.add(Paint.BAD.on(sentence, colour)));
        }
    }

    private static Table.Cell painted(JsonNode server, String member) {
        String word = word(server, member);
        return new Table.Cell(word, Paint.of(word));
    }

    private String since(String time) {
        try {
            return Ago.of(Duration.between(Instant.parse(time), now)) + " ago";
        } catch (DateTimeParseException e) {
            return time;
        }
    }

    private static String word(JsonNode node, String member) {
        return node.path(member).asString("");
    }
}
