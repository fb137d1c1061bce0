package dev.alwayson.node.admin;

import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.setting.ListenFault;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin server: health, metrics and API, on virtual threads. docs/api.md describes every page.
 */
public final class AdminServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    /** Above it the connection is cut; what {@link Doorkeeper} refuses is read up to it. */
    private static final int MOST_READ_BYTES = 1024 * 1024;

    /**
     * How long a client may leave its connection unused, and a stranger take for a request: without
     * a bound, a few connections that do nothing would close the server.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration MOST_WAIT_AT_CLOSE = Duration.ofSeconds(5);

    private final ShownNode node;
    private final HostAndPort bind;
    private final EventPages events;
    private final AdmissionDeadline deadline;
    private final int mostConnections;
    private final Duration patience;
    private final Failures failures = new Failures();
    private final ListenerLog listenerLog = new ListenerLog();
    private final ListenerWatch watch;
    private volatile WebServer server;
    private volatile Admission admission;

    private AdminServer(
            HostAndPort bind,
            InetSocketAddress address,
            Optional<Token> token,
            ShownNode node,
            int mostConnections,
            Duration patience)
            throws IOException {
        this.node = node;
        this.mostConnections = mostConnections;
        this.patience = patience;
        this.deadline = new AdmissionDeadline(patience, new ConnectionShare(bind, mostConnections));
        this.bind = bind;
        this.admission = new Admission(bind, token);
        this.events = new EventPages(node.journal());
        RequestLoop.logTo(failures);
        EndedListener.load();
        this.server = listen(address);
        InetSocketAddress bound = new InetSocketAddress(address.getAddress(), server.port());
        FirstRequest.ask(bound);
        this.watch =
                new ListenerWatch(
                        bind, bound, listenerLog::takeEnd, () -> restart(bound), System::nanoTime);
    }

    private void restart(InetSocketAddress address) throws IOException {
        WebServer ended = server;
        server = listen(address);
        end(ended);
    }

    /** Stops it, or frees what is left of it if it has ended or did not start. */
    static void end(WebServer server) {
        EndedListener.awaitAtMost(server, MOST_WAIT_AT_CLOSE);
        server.stop();
        EndedListener.free(server);
    }

    private WebServer listen(InetSocketAddress address) throws IOException {
        WebServer begun =
                WebServer.builder()
                        .shutdownHook(false)
                        .featuresDiscoverServices(false)
                        .bindAddress(address)
                        .maxTcpConnections(mostConnections)
                        .maxPayloadSize(MOST_READ_BYTES)
                        .idleConnectionTimeout(patience)
                        .idleConnectionPeriod(patience.dividedBy(10))
                        .protocolsDiscoverServices(false)
                        .addConnectionSelector(deadline)
                        .errorHandling(errors -> errors.includeEntity(true))
                        .directHandlers(Replies::refuseBadRequests)
                        .shutdownGracePeriod(Duration.ofSeconds(1))
                        .routing(this::route)
                        .build();
        try {
            begun.start();
            if (begun.isRunning()) {
                return begun;
            }
        } catch (Throwable e) {
            end(begun);
            throw e;
        }
        end(begun);
        throw new IOException(bind + ": the admin server did not start; see the log above");
    }

    /**
     * Binds and serves.
     *
     * @param mostConnections at a time, from 1; who comes after them waits for a place
     * @throws IOException if it cannot listen there; the message is one sentence that says what to
     *     do
     */
    public static AdminServer start(
            HostAndPort bind, Optional<Token> token, ShownNode node, int mostConnections)
            throws IOException {
        return start(bind, token, node, mostConnections, PATIENCE);
    }

    static AdminServer start(
            HostAndPort bind,
            Optional<Token> token,
            ShownNode node,
            int mostConnections,
            Duration patience)
            throws IOException {
        return new AdminServer(bind, mayBind(bind, token), token, node, mostConnections, patience);
    }

    /** Why it could not be started there, in a sentence that says what to do. */
    public static Optional<String> problem(HostAndPort bind, Optional<Token> token) {
        try {
            mayBind(bind, token);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static InetSocketAddress mayBind(HostAndPort bind, Optional<Token> token)
            throws IOException {
        InetSocketAddress address =
                bind.host().isEmpty()
                        ? new InetSocketAddress(bind.port())
                        : new InetSocketAddress(bind.host(), bind.port());
        if (address.isUnresolved()) {
            throw new IOException(
                    bind + ": the admin server's address has no meaning here; correct admin.bind");
        }
        if (token.isEmpty() && !address.getAddress().isLoopbackAddress()) {
            throw new IOException(
                    bind
                            + ": the admin server needs a token where others can reach it; set"
                            + " admin.token-file, or bind a loopback address");
        }
        probe(bind, address);
        return address;
    }

    /** Finds out why an address cannot be bound, because the server keeps the reason to itself. */
    private static void probe(HostAndPort bind, InetSocketAddress address) throws IOException {
        try {
            ListenerWatch.probe(address);
        } catch (IOException e) {
            throw new IOException(
                    bind
                            + ": the admin server cannot listen there: "
                            + ListenFault.words(
                                    String.valueOf(e.getMessage()), "another for admin.bind"),
                    e);
        }
    }

    /** The port it really listens on. */
    public int port() {
        return server.port();
    }

    /** From now on this token is asked for. */
    public void use(Optional<Token> token) {
        admission = new Admission(bind, token);
    }

    @Override
    public void close() {
        watch.close();
        events.stop();
        deadline.close();
        ListenerLog.silentFor(() -> end(server));
    }

    private void route(HttpRouting.Builder routing) {
        routing.addFilter(new Doorkeeper(() -> admission, deadline))
                .error(Throwable.class, this::failed)
                .register("/health", new HealthPages(node));
        page(routing, "/metrics", new MetricsPage(node.metrics()));
        page(routing, "/api/v1/status", new StatusPage(node));
        routing.register("/api/v1/events", events)
                .register("/api/v1", new CommandPages(node))
                .any(AdminServer::unknown);
    }

    /** A page that is read: {@link Replies} leaves out the body where HEAD asks. */
    static void page(HttpRules rules, String path, Handler handler) {
        String either = withOrWithoutSlash(path);
        rules.get(either, handler).head(either, handler);
        rules.any(either, (request, response) -> refuseMethod(request, response, "GET, HEAD"));
    }

    /** A page that does something. */
    static void command(HttpRules rules, String path, Handler handler) {
        rules.any(
                withOrWithoutSlash(path),
                (request, response) -> command(request, response, handler));
    }

    /** Does it if it is asked for by a POST that no form can send. */
    static void command(ServerRequest request, ServerResponse response, Handler handler)
            throws Exception {
        if (!request.prologue().method().equals(Method.POST)) {
            refuseMethod(request, response, "POST");
            return;
        }
        String contentType = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        Optional<Refusal> form = Admission.refuseChange(contentType);
        if (form.isPresent()) {
            Replies.refuse(request, response, form.get());
        } else {
            handler.handle(request, response);
        }
    }

    /** The pattern of a path that may have a slash at its end. */
    private static String withOrWithoutSlash(String path) {
        return path.endsWith("/") ? path : path + "[/]";
    }

    private static void refuseMethod(
            ServerRequest request, ServerResponse response, String allowed) {
        response.header(HeaderNames.ALLOW, allowed);
        refuse(request, response, 405, "the method here is " + allowed);
    }

    private static void unknown(ServerRequest request, ServerResponse response) {
        refuse(request, response, 404, "there is no such page");
    }

    static void refuse(ServerRequest request, ServerResponse response, int status, String why) {
        Replies.refuse(
                request, response, new Refusal(status, what(request), why, "see docs/api.md"));
    }

    private static String what(ServerRequest request) {
        return request.prologue().method().text() + " " + request.path().absolute().path();
    }

    private void failed(ServerRequest request, ServerResponse response, Throwable failure) {
        if (failure instanceof CloseConnectionException close) {
            throw close;
        }
        if (response.isSent()) {
            LOG.debug("{}: the answer was cut", what(request), failure);
            throw new CloseConnectionException("the answer was cut", failure);
        }
        failures.tell(what(request), failure);
        Replies.refuse(
                request,
                response,
                new Refusal(
                        500,
                        what(request),
                        Objects.requireNonNullElse(failure.getMessage(), failure.toString()),
                        "see the node's log"));
    }
}
