package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.Answer;
import dev.alwayson.core.balance.ClientLimits;
import dev.alwayson.core.balance.Failure;
import dev.alwayson.core.balance.Hash;
import dev.alwayson.core.balance.Retry;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, over as many tries as it takes. One for each client connection,
 * used anew for each request. Confined to its event loop.
 *
 * <p>What a try that fails leads to is {@link Tries}'s to say. Until a response begins to reach the
 * client, everything that was sent is held, as far as the rule may want it again.
 */
final class Exchange implements Claimant {

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

    /** Fallback backends in a row, so that a circle of them ends. */
    static final int FALLBACKS = 8;

    private final ClientConnection client;
    private final Worker worker;
    private final Place place = new Place(this);
    private final Tries tries = new Tries(this);
    private final OutgoingRequest request;
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

    private boolean freshOnly;

    private int fallbacks;
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
        this.response = new OutgoingResponse(client);
    }

    // ---- the request ----

    /** A request's head was read; its body, if there is one, follows by {@link #requestBody}. */
    void begin(RequestHead head, int headLength, FrontendPlan frontend, long headNanos) {
        reset();
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
            enter(route.backend());
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

    private void reset() {
        tries.reset();
        fallbacks = 0;
        status = 0;
        freshOnly = false;
        route = null;
        place.reset();
    }

    private void enter(String name) {
        LoopBackend entered = worker.backend(name);
        if (entered == null) {
            fail(RequestFailure.NO_SERVER);
            return;
        }
        place.enter(entered);
        request.holdUpTo(entered.plan().retries().holdBody().bytes());
        entered.plan().budget().request(worker.number, worker.coarseNanos());
        timing.chosen(entered.plan());
        choose(entered, RequestFailure.NO_SERVER);
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

    // ---- the choice of a server ----

    private void choose(LoopBackend from, RequestFailure otherwise) {
        LoopServer chosen = from.choose(this);
        if (chosen == null && !from.remains(this) && tries.forgiveLate()) {
            chosen = from.choose(this);
        }
        if (chosen != null) {
            granted(chosen);
        } else if (!from.remains(this)) {
            nobody(from, otherwise);
        } else {
            stage = Stage.QUEUED;
            timing.queued(from.plan());
            if (!from.enqueue(this)) {
                refused(RequestFailure.QUEUE_FULL);
            }
        }
    }

    /** No server is left to try: what {@code when-down} says, or the failure of the last try. */
    private void nobody(LoopBackend from, RequestFailure last) {
        BackendPlan plan = from.plan();
        RequestFailure failure = last == RequestFailure.NO_SERVER ? from.whyNobody() : last;
        boolean nothingSent = failure.status == 503;
        if (nothingSent && plan.fallback().isPresent() && fallbacks < FALLBACKS) {
            fallbacks++;
            tries.forgetServers();
            enter(plan.fallback().get());
        } else {
            Optional<FixedAnswer> fixed = plan.fixedAnswer().get();
            if (nothingSent && fixed.isPresent()) {
                answer(fixed.get(), failure);
            } else {
                fail(failure);
            }
        }
    }

    @Override
    public long clientHash() {
        return clientHash;
    }

    @Override
    public boolean tried(LoopServer candidate) {
        return tries.had(candidate);
    }

    @Override
    public boolean triedAny() {
        return tries.any();
    }

    @Override
    public long waitsSinceNanos() {
        return timing.queuedNanos;
    }

    @Override
    public long queueDeadlineNanos() {
        return timing.queueDeadline();
    }

    /** A server that was only too slow may be asked once more, if it has room. */
    @Override
    public void refused(RequestFailure failure) {
        LoopBackend from = place.backend();
        if (from != null && failure == RequestFailure.NO_SERVER) {
            choose(from, failure);
        } else {
            LoopServer late = from != null && tries.forgiveLate() ? from.choose(this) : null;
            if (late == null) {
                fail(failure);
            } else {
                granted(late);
            }
        }
        worker.flushDirty();
    }

    @Override
    public void failed(Throwable cause) {
        client.failed(cause);
    }

    @Override
    public void granted(LoopServer chosen) {
        place.take(chosen);
        if (timing.tooLateToRetry(worker.coarseNanos())) {
            fail(RequestFailure.SERVER_TIMEOUT);
            return;
        }
        timing.attempt();
        LoopBackend from = place.backend();
        if (from != null && from.plan().view().backend().answer() == Answer.REDIRECT) {
            redirect(chosen);
            return;
        }
        Failure before = tries.begin();
        if (from != null && before != null) {
            retried(from, before);
        }
        place.await();
        ServerConnection idle = freshOnly ? null : chosen.takeIdle();
        if (idle != null) {
            connection = idle;
            idle.reuse(this);
            connected();
        } else {
            connect(chosen);
        }
    }

    private void connect(LoopServer to) {
        LoopBackend from = place.backend();
        if (from != null) {
            stage = Stage.CONNECTING;
            arm();
            ServerConnection.open(to, from.plan().connectMillis(), this);
        }
    }

    /** What was asked to connect is on its way. */
    void connecting(ServerConnection to) {
        connection = to;
    }

    void connectFailed(RequestFailure failure) {
        connection = null;
        retry(Failure.CONNECT_FAILED, failure);
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
        LoopBackend from = place.backend();
        LoopServer answering = place.server();
        boolean unwelcome = from != null && from.plan().failsStatus(head.status());
        if (from != null
                && from.plan().retriesStatus(head.status())
                && retryAlive(Failure.STATUS, unwelcome)) {
            return false;
        }
        status = head.status();
        timing.responding(worker.coarseNanos());
        if (answering != null) {
            answering.responses.response(timing.respondingNanos - timing.connectedNanos);
        }
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
            retry(Failure.KEPT_CONNECTION_CLOSED, failure);
        } else {
            retry(Failure.CONNECTION_BROKEN, failure);
        }
    }

    /** Writing to the server failed; its answer may still come. */
    void serverStoppedReading() {
        request.takeBack();
        client.readOn(true);
    }

    /** The checks found the server down: who can be served elsewhere does not wait for it. */
    void serverWentDown() {
        ServerConnection from = connection;
        if (stage == Stage.CONNECTING && from != null) {
            from.abandon();
            connection = null;
            retry(Failure.CONNECT_FAILED, RequestFailure.SERVER_DOWN);
        } else if (stage == Stage.WAITING) {
            retryAlive(Failure.SERVER_WENT_DOWN, false);
        }
        worker.flushDirty();
    }

    /**
     * Tries elsewhere while this try still runs, if the rule says so; then this try is given up.
     *
     * @param failed whether that counts as a failure of the server
     */
    private boolean retryAlive(Failure kind, boolean failed) {
        LoopBackend from = place.backend();
        LoopServer on = place.server();
        if (from == null || on == null) {
            return false;
        }
        if (tries.decide(kind, from, on, worker.coarseNanos()) == Retry.FAIL) {
            return false;
        }
        if (failed) {
            place.failed(false);
        }
        dropConnection();
        tryElsewhere(from, on, kind, RequestFailure.SERVER_TIMEOUT);
        return true;
    }

    private void retry(Failure kind, RequestFailure failure) {
        LoopBackend from = place.backend();
        LoopServer on = place.server();
        if (from == null || on == null) {
            fail(failure);
            return;
        }
        switch (tries.decide(kind, from, on, worker.coarseNanos())) {
            case RETRY, RETRY_FROM_BUDGET -> tryElsewhere(from, on, kind, failure);
            case RETRY_RECONNECTED -> reconnect(from, on, kind, failure);
            case FAIL -> {
                if (kind == Failure.CONNECT_FAILED) {
                    giveBackServer();
                    nobody(from, failure);
                } else {
                    fail(failure);
                }
            }
        }
    }

    /** A kept connection was stale: once more, on a new one, to the same server if it still may. */
    private void reconnect(LoopBackend from, LoopServer on, Failure kind, RequestFailure failure) {
        if (!from.stillServes(on)) {
            tryElsewhere(from, on, kind, failure);
            return;
        }
        timing.retrying();
        retried(from, kind);
        freshOnly = true;
        request.takeBack();
        connect(on);
    }

    /** A further try is made. */
    private void retried(LoopBackend in, Failure before) {
        worker.recorder.retry(in, before);
        timing.retries++;
    }

    private void tryElsewhere(
            LoopBackend from, LoopServer on, Failure kind, RequestFailure failure) {
        giveUp(on, kind);
        choose(from, failure);
    }

    /** The server is given up for another. */
    private void giveUp(LoopServer on, Failure kind) {
        timing.retrying();
        tries.giveUp(on, kind);
        request.takeBack();
        freshOnly = false;
        giveBackServer();
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
            slow(nowNanos);
        } else {
            if (turn.failure.ending == Ending.SERVER_TIMEOUT) {
                place.failed(stage == Stage.RESPONDING);
            }
            fail(turn.failure);
        }
    }

    /** The try takes long: it is given up for a server that has room, and goes on if none has. */
    private void slow(long nowNanos) {
        LoopBackend from = place.backend();
        LoopServer on = place.server();
        LoopServer next = from == null || on == null ? null : tries.chooseBeside(on, from);
        if (from == null || on == null || next == null) {
            timing.askOthersLater(nowNanos);
            arm();
        } else if (leaves(on, next, from, nowNanos)) {
            granted(next);
        } else {
            if (tries.outOfBudget()) {
                timing.askOthersLater(nowNanos);
            } else {
                timing.askNobodyElse();
            }
            arm();
        }
    }

    /** Gives the slow server up, if the rule says so; else the place that was taken on the next. */
    private boolean leaves(LoopServer slow, LoopServer next, LoopBackend from, long nowNanos) {
        boolean left = false;
        try {
            if (tries.decide(Failure.TRY_TIMED_OUT, from, slow, nowNanos) != Retry.FAIL) {
                place.failed(false);
                dropConnection();
                giveUp(slow, Failure.TRY_TIMED_OUT);
                left = true;
            }
            return left;
        } finally {
            if (!left) { // Also after an Error, for want of memory perhaps.
                from.release(next);
            }
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
            place.leaveQueue();
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
    private void fail(RequestFailure failure) {
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

    private void answer(FixedAnswer answer, RequestFailure why) {
        status = answer.status();
        keepAlive = staysOpen();
        own.fixed(answer, keepAlive);
        ended(Ending.LOCAL, Phase.REQUEST, why.reason());
    }

    private void redirect(LoopServer to) {
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
        giveBackServer();
        timing.ended();
        worker.recorder.exchange(this, place.asked(), ending, how, reason);
        logged.written();
        request.release();
        stage = Stage.NONE;
        worker.connections().exchanges.getAndDecrement();
        client.exchangeEnded(keepAlive, requestComplete);
    }

    private void giveBackServer() {
        stage = Stage.QUEUED;
        place.giveBack();
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
        LoopServer on = place.server();
        LoopBackend from = place.backend();
        if (!upgrade || !head.upgraded() || to == null || on == null || from == null) {
            serverFailed(RequestFailure.SERVER_PROTOCOL);
            return;
        }
        response.interim(head, minorVersion);
        status = 101;
        timing.responding(worker.coarseNanos());
        on.responses.tunnel();
        ByteBuf early = to.detach();
        connection = null;
        place.handOver();
        keepAlive = true;
        client.becomeTunnel(to.channel(), early, on, from);
        ended(Ending.COMPLETED, Phase.COMPLETED, NO_REASON);
    }

    // ---- what others read ----

    /** Whether more of the request's body can be taken now. */
    boolean wantsMore() {
        return request.wantsMore();
    }

    boolean bodyHeld() {
        return request.held();
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

    /** Whether the time for all tries is over. */
    boolean responseOver() {
        return timing.responseOver(worker.coarseNanos());
    }

    boolean running() {
        return stage != Stage.NONE;
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
