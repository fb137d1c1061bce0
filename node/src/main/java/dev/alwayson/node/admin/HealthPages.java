package dev.alwayson.node.admin;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** /health, /health/live and /health/ready, for load balancers, Kubernetes and people. */
final class HealthPages implements HttpService {

    private final ShownNode node;

    HealthPages(ShownNode node) {
        this.node = node;
    }

    @Override
    public void routing(HttpRules rules) {
        AdminServer.page(rules, "/", this::health);
        AdminServer.page(rules, "/live", this::live);
        AdminServer.page(rules, "/ready", this::ready);
    }

    private void health(ServerRequest request, ServerResponse response) {
        Instant now = node.clock().now().wall();
        ObjectNode body = Replies.object();
        body.put("status", "healthy").put("timestamp", now.toString());
        body.put("uptime", Duration.between(node.started(), now).toMillis() / 1000.0);
        ObjectNode checks = body.putObject("checks");
        boolean healthy = true;
        for (HealthPart part : node.parts()) {
            HealthPart.Finding finding = part.look();
            ObjectNode check = checks.putObject(part.name());
            check.put("status", finding.status().word());
            finding.details().forEach(check::put);
            healthy &= finding.status() != HealthPart.Status.UNHEALTHY;
        }
        body.put("status", healthy ? "healthy" : "unhealthy");
        Replies.send(request, response, healthy ? 200 : 503, body);
    }

    private void live(ServerRequest request, ServerResponse response) {
        Replies.send(request, response, 200, Replies.object().put("status", "alive"));
    }

    private void ready(ServerRequest request, ServerResponse response) {
        Optional<String> reason = node.notReady().get();
        ObjectNode body = Replies.object().put("status", reason.isEmpty() ? "ready" : "not ready");
        reason.ifPresent(why -> body.put("reason", why));
        Replies.send(request, response, reason.isEmpty() ? 200 : 503, body);
    }
}
