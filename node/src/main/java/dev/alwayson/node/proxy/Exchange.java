package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.ClientLimits;
import dev.alwayson.core.balance.Failure;
import dev.alwayson.core.balance.Hash;
import dev.alwayson.node.proxy.http.ChunkReader;
import dev.alwayson.node.proxy.http.ForwardedFor;
import dev.alwayson.node.proxy.http.Method;
import dev.alwayson.node.proxy.http.RequestHead;
import dev.alwayson.node.proxy.http.RequestId;
import dev.alwayson.node.proxy.http.ResponseHead;
import dev.alwayson.node.proxy.log.Ending;
import dev.alwayson.node.proxy.log.Phase;
import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, over as many tries as it takes. One for each client connection,
 * used anew for each request. Confined to its event loop.
 *
 * <p>Which server is asked, and what a try that fails leads to, is {@link Tries}'s to say. Until a
 * response begins to reach the client, everything that was sent is held, as far as the rule may
 * want it again.
 */
final class Exchange {

    private enum Stage {
        /** No request. */
        NONE,
        /** Waits for a server that has room. */
        QUEUED,
        CONNECTING,
        /** The request is on its way, or the server works on it. */
        WAITING,
        /** The response has begun to reach the client. */
        RESPONDING
    }

    private static final byte[] NO_REASON = {};

    private final ClientConnection client;
    private final Worker worker;
    private final Place place = new Place(this);
    private final OutgoingRequest request;
    private final Tries tries;
    private final OutgoingResponse response;
    private final OwnResponse own = new OwnResponse(this);
    private final LoggedRequest logged = new LoggedRequest();
    private final RequestId id = new RequestId();
    private final Timing timing = new Timing();

    private Stage stage = Stage.NONE;
    private Method method = Method.OTHER;
    private int minorVersion;
    private boolean keepAlive;
    private boolean websocket;
    private boolean upgrade;
    private boolean requestComplete;

    /** The client waits for 100 (Continue) before it sends the body. */
    private boolean awaitsContinue;

    private int status;
    private long clientHash;
    private long clientNetwork;

    /** Whether the rate of requests is not for this client. */
    private boolean exempt;

    private @Nullable RoutePlan route;
    private @Nullable ServerConnection connection;

    Exchange(ClientConnection client) {
        this.client = client;
        this.worker = client.worker;
        this.request = new OutgoingRequest(worker);
        this.tries = new Tries(this, place, timing, request);
        this.response = new OutgoingResponse(client);
    }

    // ---- the request ----

    /** A request's head was read; its body, if there is one, follows by {@link #requestBody}. */
    void begin(RequestHead head, int headLength, FrontendPlan frontend, long headNanos) {
        tries.reset();
        status = 0;
        route = null;
        worker.connections().exchanges.getAndIncrement();
        timing.begin(client.firstByteNanos(), headNanos, headLength);
        method = head.method();
        minorVersion = head.minor();
        keepAlive = head.keepAlive();
        requestComplete = !head.hasBody();
        awaitsContinue = head.expectContinue();
        websocket = frontend.frontend().upgrade().contains("websocket");
        upgrade = websocket && head.upgrade() == RequestHead.Upgrade.WEBSOCKET;
        identify(head, frontend);
        stage = Stage.QUEUED;
        long early = exempt ? 0 : client.frontend().tooEarlyNanos(clientNetwork, headNanos);
        if (early > 0) {
            tooEarly(early);
            return;
        }
        request.begin(head, client.forwarding(), upgrade, id);
        route =
                frontend.route(
                        head.bytes(),
                        head.hostOffset(),
                        head.hostLength(),
                        head.pathOffset(),
                        head.pathLength());
        if (head.contentLength() > frontend.frontend().maxBody().bytes()) {
            fail(RequestFailure.BODY_TOO_LARGE);
        } else if (route == null) {
            fail(RequestFailure.NO_ROUTE);
        } else {
            tries.enter(route.backend());
        }
    }

    private void identify(RequestHead head, FrontendPlan frontend) {
        ClientLimits limits = frontend.frontend().clients();
        if (client.forwarding().trusted()) {
            InetAddress sender =
                    ForwardedFor.client(head, client.peer(), frontend.frontend().trustedProxies());
            clientHash = Hash.of(sender.getAddress());
            clientNetwork = ClientNetwork.hash(sender);
            exempt = limits.exempts(sender);
            logged.clientAddress =
                    NetUtil.toAddressString(sender).getBytes(StandardCharsets.US_ASCII);
        } else {
            clientHash = client.clientHash();
            clientNetwork = client.clientNetwork();
            exempt = client.exempt(limits);
            logged.clientAddress = client.forwarding().address();
        }
        if (client.frontend().logs()) {
            logged.copy(head);
        }
        if (frontend.frontend().requestId()) {
            id.choose(head, client.forwarding(), worker.requestIds);
        } else {
            id.clear();
        }
    }

    /** A piece of the request's body; taken over. */
    void requestBody(ByteBuf piece) {
        awaitsContinue = false;
        timing.requestProgress(worker.coarseNanos());
        timing.responseProgress(worker.coarseNanos()); // It may wait for more of the request.
        timing.bytesRead += piece.readableBytes();
        request.body(piece);
        if (!request.wantsMore()) {
            client.readOn(false);
            arm();
        }
    }

    /** What the client sends as the body cannot be taken. */
    void bodyRefused(RequestFailure failure) {
        leaveQueue();
        fail(failure);
    }

    /** The request is complete; {@code trailers} are those of a chunked one. */
    void requestEnd(@Nullable ChunkReader trailers) {
        request.end(trailers);
        requestComplete = true;
        timing.requestProgress(worker.coarseNanos());
        arm();
    }

    // ---- a server ----

    /** Begins a try, on an idle connection if there is one, and it need not be a fresh one. */
    void ask(LoopServer server, boolean fresh) {
        ServerConnection idle = fresh ? null : server.takeIdle();
        if (idle != null) {
            connection = idle;
            idle.reuse(this);
            connected();
        } else {
            stage = Stage.CONNECTING;
            arm();
            ServerConnection.open(server, place.from().plan().connectMillis(), this);
        }
    }

    /** Whoever has the request gets no more of it, and nobody hears what it still answers. */
    void takeBack() {
        dropConnection();
        request.takeBack();
        stage = Stage.QUEUED;
    }

    /** What was asked to connect is on its way. */
    void connecting(ServerConnection to) {
        connection = to;
    }

    void connectFailed(RequestFailure failure) {
        connection = null;
        tries.failed(Failure.CONNECT_FAILED, failure);
    }

    /** The connection can be written to: sends what there is of the request. */
    void connected() {
        ServerConnection to = connection;
        if (to == null) {
            return;
        }
        stage = Stage.WAITING;
        to.expectResponse();
        timing.connected(to.keptAndSilent());
        request.sendTo(to, method.idempotent());
        client.readOn(to.writable());
        arm();
    }

    // ---- the response ----

    /** A response before the final one, other than 101. */
    void interim(ResponseHead head) {
        if (minorVersion == 1) {
            if (awaitsContinue && head.status() == 100) {
                awaitsContinue = false;
                timing.requestProgress(worker.coarseNanos());
                arm();
            }
            response.interim(head, minorVersion);
            awaitClient();
        }
    }

    /** The server waits while the client does not take what it sends. */
    private void awaitClient() {
        ServerConnection from = connection;
        if (from != null && !client.writable()) {
            from.readOn(false);
            arm();
        }
    }

    /**
     * The head of the final response.
     *
     * @return false if it is not for the client, for the request is tried again; the connection
     *     then has been given up
     */
    boolean responseHead(ResponseHead head, long bodyLength) {
        BackendPlan plan = place.from().plan();
        boolean unwelcome = plan.failsStatus(head.status());
        if (plan.retriesStatus(head.status()) && tries.leave(Failure.STATUS, unwelcome)) {
            return false;
        }
        status = head.status();
        timing.responding(worker.coarseNanos());
        place.on().responses.response(timing.respondingNanos - timing.connectedNanos);
        place.answered();
        stage = Stage.RESPONDING;
        if (unwelcome) {
            place.failed(true);
        }
        request.letGo();
        keepAlive = staysOpen() && head.delimited(minorVersion);
        response.begin(head, minorVersion, keepAlive, websocket, bodyLength);
        arm();
        return true;
    }

    /** A piece of the response's body; taken over. */
    void responseBody(ByteBuf piece) {
        timing.responseProgress(worker.coarseNanos());
        response.body(piece);
        awaitClient();
    }

    /** What the server has sent so far is read. */
    void responseRead() {
        response.push();
    }

    /** The response is complete; {@code trailers} are those of a chunked one. */
    void responseEnd(@Nullable ChunkReader trailers, boolean reusable) {
        response.end(trailers);
        ServerConnection used = connection;
        connection = null;
        if (used != null) {
            used.readOn(true);
            if (reusable && requestComplete && !worker.stopping()) {
                used.server.putIdle(used);
            } else {
                used.close();
            }
        }
        ended(Ending.COMPLETED, Phase.COMPLETED, NO_REASON);
    }

    // ---- what goes wrong ----

    /** The connection ended, what came over it is not HTTP, or it could not be read. */
    void serverFailed(RequestFailure failure) {
        ServerConnection failed = connection;
        boolean stale = failed != null && failed.keptAndSilent();
        connection = null;
        if (failed != null) {
            failed.abandon();
        }
        if (!stale && failure.ending != Ending.INTERNAL) {
            place.failed(stage == Stage.RESPONDING);
        }
        if (stage == Stage.RESPONDING) {
            breakOff(failure);
        } else if (stale) {
            tries.failed(Failure.KEPT_CONNECTION_CLOSED, failure);
        } else {
            tries.failed(Failure.CONNECTION_BROKEN, failure);
        }
    }

    /** Writing to the server failed; its answer may still come. */
    void serverStoppedReading() {
        request.takeBack();
        client.readOn(true);
    }

    /** The checks found the server down: who can be served elsewhere does not wait for it. */
    void serverWentDown() {
        if (stage == Stage.CONNECTING) {
            tries.failed(Failure.CONNECT_FAILED, RequestFailure.SERVER_DOWN);
        } else if (stage == Stage.WAITING) {
            tries.leave(Failure.SERVER_WENT_DOWN, false);
        }
        worker.flushDirty();
    }

    /** A deadline has passed; it may have been moved since it was set. */
    void due(long nowNanos) {
        Turn turn = turn();
        if (turn == null) {
            return;
        }
        if (turn.deadline(timing, idleNanos()) - nowNanos > 0) {
            arm();
        } else if (turn == Turn.TRY && !timing.responseOver(nowNanos)) {
            tries.slow(nowNanos);
            arm();
        } else {
            if (turn.failure.ending == Ending.SERVER_TIMEOUT) {
                place.failed(stage == Stage.RESPONDING);
            }
            fail(turn.failure);
        }
    }

    private void arm() {
        Turn turn = turn();
        if (turn != null) {
            client.deadline(turn.deadline(timing, idleNanos()));
        }
    }

    /** Null while the request waits in a queue, which has a deadline of its own. */
    private @Nullable Turn turn() {
        return switch (stage) {
            case NONE, QUEUED -> null;
            case CONNECTING -> Turn.CONNECT;
            case WAITING -> {
                boolean uploads = !requestComplete && !awaitsContinue && client.readingOn();
                yield uploads ? Turn.UPLOAD : Turn.TRY;
            }
            case RESPONDING -> client.writable() ? Turn.DOWNLOAD : Turn.TAKE;
        };
    }

    private long idleNanos() {
        return client.frontend().plan().idleNanos();
    }

    /** The client is gone, or is to go: whatever runs for it ends. */
    void abort(RequestFailure why) {
        if (stage == Stage.NONE) {
            return;
        }
        Phase awaited = awaited();
        leaveQueue();
        dropConnection();
        response.drop();
        ended(why.ending, awaited, why.reason());
    }

    /** What the request was waiting for. */
    private Phase awaited() {
        Turn turn = turn();
        return turn == null ? Phase.QUEUE : turn.failure.phase;
    }

    private void leaveQueue() {
        if (stage == Stage.QUEUED) {
            tries.leaveQueue();
        }
    }

    private void dropConnection() {
        ServerConnection used = connection;
        connection = null;
        if (used != null) {
            used.abandon();
        }
    }

    /** The request fails: the client is told, unless a response has begun; then it is cut off. */
    void fail(RequestFailure failure) {
        if (stage == Stage.RESPONDING) {
            breakOff(failure);
            return;
        }
        dropConnection();
        status = failure.status;
        keepAlive = staysOpen() && failure.status >= 500;
        own.failure(failure, keepAlive);
        ended(failure.ending, failure.phase, failure.reason());
    }

    /** What has begun cannot be taken back: the client sees the connection break. */
    private void breakOff(RequestFailure failure) {
        dropConnection();
        response.push();
        keepAlive = false;
        client.breakOff();
        ended(failure.ending, failure.phase, failure.reason());
    }

    void answer(FixedAnswer answer, RequestFailure why) {
        status = answer.status();
        keepAlive = staysOpen();
        own.fixed(answer, keepAlive);
        ended(Ending.LOCAL, Phase.REQUEST, why.reason());
    }

    void redirect(LoopServer to) {
        status = 302;
        keepAlive = staysOpen();
        own.redirect(to, request, keepAlive);
        ended(Ending.LOCAL, Phase.REQUEST, NO_REASON);
    }

    private void tooEarly(long nanos) {
        RequestFailure failure = RequestFailure.RATE_LIMITED;
        status = failure.status;
        requestComplete = requestComplete || client.discardBody();
        keepAlive = staysOpen();
        own.tooEarly(failure, nanos, keepAlive);
        ended(failure.ending, failure.phase, failure.reason());
    }

    /** Whether the client's connection can go on after an answer that begins now. */
    private boolean staysOpen() {
        return keepAlive && requestComplete && !client.ending();
    }

    /** The exchange is over, however it went. */
    private void ended(Ending ending, Phase how, byte[] reason) {
        place.giveBack();
        timing.ended();
        worker.recorder.exchange(this, place.asked(), ending, how, reason);
        logged.written();
        request.release();
        stage = Stage.NONE;
        worker.connections().exchanges.getAndDecrement();
        client.exchangeEnded(keepAlive, requestComplete);
    }

    // ---- back-pressure ----

    void serverWritable(boolean writable) {
        timing.requestProgress(worker.coarseNanos());
        client.readOn(writable);
        arm();
    }

    void clientWritable(boolean writable) {
        ServerConnection from = connection;
        if (from != null && (stage == Stage.RESPONDING || stage == Stage.WAITING)) {
            timing.responseProgress(worker.coarseNanos());
            from.readOn(writable);
            arm();
        }
    }

    // ---- a tunnel ----

    /** The server has switched protocols. */
    void upgraded(ResponseHead head) {
        ServerConnection to = connection;
        if (!upgrade || !head.upgraded() || to == null) {
            serverFailed(RequestFailure.SERVER_PROTOCOL);
            return;
        }
        response.interim(head, minorVersion);
        status = 101;
        timing.responding(worker.coarseNanos());
        LoopServer on = place.on();
        on.responses.tunnel();
        ByteBuf early = to.detach();
        connection = null;
        place.handOver();
        keepAlive = true;
        client.becomeTunnel(to.channel(), early, on, place.from());
        ended(Ending.COMPLETED, Phase.COMPLETED, NO_REASON);
    }

    // ---- what others read ----

    /** Whether more of the request's body can be taken now. */
    boolean wantsMore() {
        return request.wantsMore();
    }

    /** What buffers hold of the request, in octets. */
    long heldBytes() {
        ServerConnection to = connection;
        return Math.max(request.heldBytes(), to == null ? 0 : Unsent.bytes(to.channel()));
    }

    /** Whether no server has it. */
    boolean queued() {
        return stage == Stage.QUEUED;
    }

    boolean responding() {
        return stage == Stage.RESPONDING;
    }

    boolean running() {
        return stage != Stage.NONE;
    }

    /** What no rule foresees was thrown while it was served. */
    void failed(Throwable cause) {
        client.failed(cause);
    }

    Method method() {
        return method;
    }

    /** Of the request's version, HTTP/1.x. */
    int minorVersion() {
        return minorVersion;
    }

    int status() {
        return status;
    }

    Timing timing() {
        return timing;
    }

    int retries() {
        return tries.retries();
    }

    long clientHash() {
        return clientHash;
    }

    @Nullable LoopBackend backend() {
        return place.backend();
    }

    @Nullable RoutePlan route() {
        return route;
    }

    LoggedRequest logged() {
        return logged;
    }

    RequestId id() {
        return id;
    }

    ClientConnection client() {
        return client;
    }
}
