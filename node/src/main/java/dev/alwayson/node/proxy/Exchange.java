package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.Answer;
import dev.alwayson.core.balance.FailedTry;
import dev.alwayson.core.balance.Failure;
import dev.alwayson.core.balance.Retry;
import dev.alwayson.core.balance.RetryRule;
import dev.alwayson.node.proxy.http.ChunkReader;
import dev.alwayson.node.proxy.http.ChunkWriter;
import dev.alwayson.node.proxy.http.Method;
import dev.alwayson.node.proxy.http.RequestHead;
import dev.alwayson.node.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, over as many tries as it takes. One for each client connection,
 * used anew for each request. Confined to its event loop.
 *
 * <p>What a try that fails leads to is {@link RetryRule}'s to say. Until a response begins to reach
 * the client, everything that was sent is held, as far as the rule may want it again.
 */
final class Exchange implements Claimant, FailedTry {

    private enum Phase {
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

    /** What most heads fit into; a larger one makes its buffer grow. */
    private static final int HEAD_BYTES = 1024;

    /** A body up to this size joins the head of the response in one buffer. */
    private static final int JOIN_BYTES = 4096;

    /** What is held of a request's body while there is no server; then the client must wait. */
    private static final int UNSENT_BYTES = 64 * 1024;

    /** Fallback backends in a row, so that a circle of them ends. */
    private static final int FALLBACKS = 8;

    private final ClientConnection client;
    private final Worker worker;
    private final List<LoopServer> tried = new ArrayList<>(4);
    private final List<ByteBuf> held = new ArrayList<>(4);

    // The links of LoopServer's list of those that wait for its answer.
    @Nullable Exchange previousWaiting;
    @Nullable Exchange nextWaiting;

    private Phase phase = Phase.NONE;
    private Method method = Method.OTHER;
    private int minorVersion;
    private boolean keepAlive;
    private boolean chunkedRequest;
    private boolean upgrade;
    private boolean requestComplete;
    private boolean holding;
    private boolean sent;
    private boolean freshOnly;
    private boolean attemptOver;
    private boolean chunkedResponse;
    private long heldBytes;
    private int slowOrUnwelcome;
    private boolean serverRemains;
    private Failure failure = Failure.CONNECT_FAILED;
    private int fallbacks;
    private int status;

    private @Nullable RoutePlan route;
    private @Nullable LoopBackend backend;
    private @Nullable LoopServer server;
    private @Nullable ServerConnection connection;
    private @Nullable ByteBuf request;
    private @Nullable ByteBuf responseHead;

    private final Timing timing = new Timing();

    Exchange(ClientConnection client) {
        this.client = client;
        this.worker = client.worker;
    }

    // ---- the request ----

    /** A request's head was read; its body, if there is one, follows by {@link #requestBody}. */
    void begin(RequestHead head, FrontendPlan frontend, long headNanos) {
        reset();
        worker.connections().exchanges.getAndIncrement();
        timing.begin(client.firstByteNanos(), headNanos);
        method = head.method();
        minorVersion = head.minor();
        keepAlive = head.keepAlive();
        chunkedRequest = head.chunked();
        requestComplete = !head.hasBody();
        upgrade =
                head.upgrade() == RequestHead.Upgrade.WEBSOCKET
                        && frontend.frontend().upgrade().contains("websocket");
        request = worker.buffer(HEAD_BYTES);
        head.write(request, client.forwarding(), upgrade);
        route =
                frontend.route(
                        head.bytes(),
                        head.hostOffset(),
                        head.hostLength(),
                        head.pathOffset(),
                        head.pathLength());
        holding = true;
        phase = Phase.QUEUED;
        if (head.contentLength() > frontend.frontend().maxBody().bytes()) {
            fail(Ending.BODY_TOO_LARGE);
        } else if (route == null) {
            fail(Ending.NO_ROUTE);
        } else {
            enter(route.backend());
        }
    }

    private void reset() {
        tried.clear();
        heldBytes = 0;
        slowOrUnwelcome = 0;
        fallbacks = 0;
        status = 0;
        sent = false;
        freshOnly = false;
        attemptOver = false;
        chunkedResponse = false;
        backend = null;
    }

    private void enter(String name) {
        LoopBackend entered = worker.backend(name);
        if (entered == null) {
            fail(Ending.NO_SERVER);
            return;
        }
        backend = entered;
        entered.plan().budget().request(worker.number, worker.coarseNanos());
        timing.chosen(entered.plan());
        choose(entered, Ending.NO_SERVER);
    }

    /** A piece of the request's body; taken over. */
    void requestBody(ByteBuf piece) {
        timing.requestProgress(worker.coarseNanos());
        if (chunkedRequest) {
            ByteBuf size = worker.buffer(ChunkWriter.MAX_HEAD);
            ChunkWriter.head(size, piece.readableBytes());
            deliver(size);
            deliver(piece);
            ByteBuf tail = worker.buffer(ChunkWriter.TAIL);
            ChunkWriter.tail(tail);
            deliver(tail);
        } else {
            deliver(piece);
        }
    }

    /** The request is complete; {@code trailers} ends a chunked one. */
    void requestEnd(@Nullable ChunkReader trailers) {
        if (chunkedRequest && trailers != null) {
            ByteBuf last = worker.buffer(HEAD_BYTES);
            ChunkWriter.end(last, trailers);
            deliver(last);
        }
        requestComplete = true;
        timing.requestProgress(worker.coarseNanos());
        arm();
    }

    private void deliver(ByteBuf piece) {
        ServerConnection to = sent ? connection : null;
        if (holding) {
            heldBytes += piece.readableBytes();
            if (to != null && heldBytes > holdLimit()) {
                stopHolding();
            }
        }
        if (holding) {
            hold(piece);
            if (to != null) {
                to.write(piece.retainedDuplicate());
            } else if (heldBytes > UNSENT_BYTES) {
                client.readOn(false);
            }
        } else if (to != null) {
            to.write(piece);
        } else {
            piece.release(); // The server has stopped reading.
        }
        if (to != null && !to.writable()) {
            client.readOn(false);
        }
    }

    private long holdLimit() {
        LoopBackend to = backend;
        return to == null ? 0 : to.plan().retries().holdBody().bytes();
    }

    private void hold(ByteBuf piece) {
        held.add(piece);
        worker.connections().heldBuffers.getAndIncrement();
    }

    private void stopHolding() {
        holding = false;
        releaseHeld();
    }

    private void releaseHeld() {
        if (!held.isEmpty()) {
            worker.connections().heldBuffers.addAndGet(-held.size());
            for (int i = 0; i < held.size(); i++) {
                held.get(i).release();
            }
            held.clear();
        }
    }

    // ---- the choice of a server ----

    private void choose(LoopBackend from, Ending otherwise) {
        LoopServer chosen = from.choose(this);
        if (chosen != null) {
            granted(chosen);
        } else if (!from.remains(this)) {
            nobody(from, otherwise);
        } else {
            phase = Phase.QUEUED;
            timing.queued(from.plan());
            if (!from.enqueue(this)) {
                fail(Ending.QUEUE_FULL);
            }
        }
    }

    /** No server is left to try: what {@code when-down} says, or the failure of the last try. */
    private void nobody(LoopBackend from, Ending failure) {
        BackendPlan plan = from.plan();
        boolean nothingSent = failure.status == 503;
        if (nothingSent && plan.fallback().isPresent() && fallbacks < FALLBACKS) {
            fallbacks++;
            tried.clear();
            enter(plan.fallback().get());
        } else if (nothingSent && plan.fixedAnswer().isPresent()) {
            answer(plan.fixedAnswer().get(), failure);
        } else {
            fail(failure);
        }
    }

    @Override
    public long clientHash() {
        return client.clientHash();
    }

    @Override
    public boolean tried(LoopServer candidate) {
        return tried.contains(candidate);
    }

    @Override
    public long queueDeadlineNanos() {
        return timing.queueDeadline();
    }

    @Override
    public void refused(Ending failure) {
        LoopBackend from = backend;
        if (from != null && failure == Ending.NO_SERVER) {
            nobody(from, failure);
        } else {
            fail(failure);
        }
        worker.flushDirty();
    }

    @Override
    public void granted(LoopServer chosen) {
        server = chosen;
        timing.attempt();
        LoopBackend from = backend;
        if (from != null && from.plan().view().backend().answer() == Answer.REDIRECT) {
            redirect(chosen);
            return;
        }
        chosen.join(this);
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
        InetSocketAddress address = to.address.resolved();
        phase = Phase.CONNECTING;
        LoopBackend from = backend;
        if (address == null || from == null) {
            connectFailed(Ending.UNRESOLVED);
            return;
        }
        arm();
        connection = ServerConnection.open(to, address, from.plan().connectMillis(), this);
    }

    void connectFailed(Ending failure) {
        connection = null;
        retry(Failure.CONNECT_FAILED, failure);
    }

    /** The connection can be written to: sends what there is of the request. */
    void connected() {
        ServerConnection to = connection;
        ByteBuf head = request;
        if (to == null || head == null) {
            return;
        }
        timing.connected();
        phase = Phase.WAITING;
        attemptOver = false;
        to.expectResponse();
        to.write(head.retain().readerIndex(0));
        for (int i = 0; i < held.size(); i++) {
            to.write(held.get(i).retainedDuplicate());
        }
        sent = true;
        if (!method.idempotent() || heldBytes > holdLimit()) {
            stopHolding();
        }
        client.readOn(to.writable());
        arm();
    }

    // ---- the response ----

    /** A response before the final one, other than 101. */
    void interim(ResponseHead head) {
        if (minorVersion == 1) {
            ByteBuf out = worker.buffer(HEAD_BYTES);
            head.write(out, minorVersion, true);
            client.write(out);
        }
    }

    /**
     * The head of the final response.
     *
     * @return false if it is not for the client, for the request is tried again; the connection
     *     then has been given up
     */
    boolean responseHead(ResponseHead head, long bodyLength) {
        LoopBackend from = backend;
        if (from != null
                && from.plan().retriesStatus(head.status())
                && retryAlive(Failure.STATUS)) {
            return false;
        }
        status = head.status();
        timing.responding(worker.coarseNanos());
        leaveServer();
        phase = Phase.RESPONDING;
        stopHolding();
        chunkedResponse = head.chunkedFor(minorVersion);
        keepAlive =
                keepAlive && requestComplete && head.delimited(minorVersion) && !client.ending();
        boolean joins = bodyLength > 0 && bodyLength <= JOIN_BYTES;
        ByteBuf out = worker.buffer(HEAD_BYTES + (joins ? JOIN_BYTES : 0));
        head.write(out, minorVersion, keepAlive);
        responseHead = out;
        arm();
        return true;
    }

    /** A piece of the response's body; taken over. */
    void responseBody(ByteBuf piece) {
        timing.responseProgress(worker.coarseNanos());
        timing.responseBytes += piece.readableBytes();
        ByteBuf head = responseHead;
        if (head != null && !chunkedResponse && piece.readableBytes() <= head.writableBytes()) {
            head.writeBytes(piece);
            piece.release();
            return;
        }
        if (chunkedResponse) {
            ByteBuf size = head != null ? head : worker.buffer(ChunkWriter.MAX_HEAD);
            ChunkWriter.head(size, piece.readableBytes());
            responseHead = null;
            client.write(size);
            client.write(piece);
            ByteBuf tail = worker.buffer(ChunkWriter.TAIL);
            ChunkWriter.tail(tail);
            client.write(tail);
        } else {
            pushHead();
            client.write(piece);
        }
        ServerConnection from = connection;
        if (!client.writable() && from != null) {
            from.readOn(false);
        }
    }

    void responseTrailers(ChunkReader trailers) {
        pushHead();
        if (chunkedResponse) {
            ByteBuf last = worker.buffer(HEAD_BYTES);
            ChunkWriter.end(last, trailers);
            client.write(last);
            chunkedResponse = false;
        }
    }

    /** What the server has sent so far is read: the client is not to wait for more. */
    void pushHead() {
        ByteBuf head = responseHead;
        if (head != null) {
            responseHead = null;
            client.write(head);
        }
    }

    /** The response is complete. */
    void responseEnd(boolean reusable) {
        pushHead();
        if (chunkedResponse) {
            ByteBuf last = worker.buffer(ChunkWriter.MAX_HEAD);
            ChunkWriter.end(last);
            client.write(last);
        }
        ServerConnection used = connection;
        connection = null;
        if (used != null) {
            used.readOn(true);
            if (reusable && requestComplete && !used.server.worker.stopping()) {
                used.server.putIdle(used);
            } else {
                used.close();
            }
        }
        ended(requestComplete ? "--" : "LD", "");
    }

    // ---- what goes wrong ----

    /** The connection ended, or what came over it is not HTTP. */
    void serverFailed(Ending failure) {
        ServerConnection failed = connection;
        boolean stale = failed != null && failed.keptAndSilent();
        connection = null;
        if (failed != null) {
            failed.abandon();
        }
        if (phase == Phase.RESPONDING) {
            breakOff(failure);
        } else if (stale) {
            retry(Failure.KEPT_CONNECTION_CLOSED, failure);
        } else {
            retry(Failure.CONNECTION_BROKEN, failure);
        }
    }

    /** Writing to the server failed; its answer may still come. */
    void serverStoppedReading() {
        sent = false;
        stopHoldingIfSent();
        client.readOn(true);
    }

    private void stopHoldingIfSent() {
        if (phase == Phase.RESPONDING) {
            stopHolding();
        }
    }

    /** The checks found the server down: who can be served elsewhere does not wait for it. */
    void serverWentDown() {
        ServerConnection from = connection;
        if (phase == Phase.CONNECTING && from != null) {
            from.orphan();
            connection = null;
            retry(Failure.CONNECT_FAILED, Ending.CONNECT_TIMEOUT);
        } else if (phase == Phase.WAITING) {
            retryAlive(Failure.SERVER_WENT_DOWN);
        }
        worker.flushDirty();
    }

    /**
     * Tries elsewhere while this try still runs, if the rule says so; then this try is given up.
     */
    private boolean retryAlive(Failure kind) {
        LoopBackend from = backend;
        LoopServer on = server;
        if (from == null || on == null) {
            return false;
        }
        if (kind == Failure.TRY_TIMED_OUT || kind == Failure.STATUS) {
            slowOrUnwelcome++;
        }
        if (decide(kind, from, on) == Retry.FAIL) {
            return false;
        }
        ServerConnection given = connection;
        connection = null;
        if (given != null) {
            given.abandon();
        }
        tryElsewhere(from, on, kind, Ending.SERVER_TIMEOUT);
        return true;
    }

    private void retry(Failure kind, Ending failure) {
        LoopBackend from = backend;
        LoopServer on = server;
        if (from == null || on == null) {
            fail(failure);
            return;
        }
        Retry decision = decide(kind, from, on);
        switch (decision) {
            case RETRY, RETRY_FROM_BUDGET -> tryElsewhere(from, on, kind, failure);
            case RETRY_RECONNECTED -> reconnect(from, on, kind, failure);
            case FAIL -> {
                giveBackServer();
                if (kind == Failure.CONNECT_FAILED) {
                    nobody(from, failure);
                } else {
                    fail(failure);
                }
            }
        }
    }

    /** A kept connection was stale: once more, on a new one, to the same server if it still may. */
    private void reconnect(LoopBackend from, LoopServer on, Failure kind, Ending failure) {
        if (!on.candidate) {
            tryElsewhere(from, on, kind, failure);
            return;
        }
        worker.countRetry(from.plan(), kind);
        timing.retried();
        freshOnly = true;
        sent = false;
        connect(on);
    }

    private Retry decide(Failure kind, LoopBackend from, LoopServer on) {
        failure = kind;
        tried.add(on);
        serverRemains = from.remains(this);
        tried.removeLast();
        Retry decision = new RetryRule(from.plan().retries().attempts()).decide(this);
        boolean refused =
                decision == Retry.RETRY_FROM_BUDGET
                        && !from.plan()
                                .budget()
                                .take(from.plan().retries().budget(), worker.coarseNanos());
        return refused ? Retry.FAIL : decision;
    }

    private void tryElsewhere(LoopBackend from, LoopServer on, Failure kind, Ending failure) {
        worker.countRetry(from.plan(), kind);
        timing.retried();
        tried.add(on);
        sent = false;
        freshOnly = false;
        giveBackServer();
        choose(from, failure);
    }

    /** A deadline has passed; which one is found by looking. */
    void due(long nowNanos) {
        if (phase == Phase.NONE || phase == Phase.QUEUED) {
            arm();
            return;
        }
        if (!requestComplete && client.readingOn() && timing.clientStalled(nowNanos, idleNanos())) {
            fail(Ending.CLIENT_TIMEOUT_BODY);
        } else if (phase == Phase.RESPONDING) {
            dueResponding(nowNanos);
        } else if (requestComplete && timing.responseOver(nowNanos)) {
            fail(phase == Phase.CONNECTING ? Ending.CONNECT_TIMEOUT : Ending.SERVER_TIMEOUT);
        } else if (phase == Phase.WAITING
                && requestComplete
                && !attemptOver
                && timing.attemptOver(nowNanos)) {
            attemptOver = true;
            if (!retryAlive(Failure.TRY_TIMED_OUT)) {
                arm();
            }
        } else {
            arm();
        }
    }

    private void dueResponding(long nowNanos) {
        if (!client.writable()) {
            if (timing.responseStalled(nowNanos, idleNanos())) {
                breakOff(Ending.CLIENT_STALLED);
                return;
            }
        } else if (timing.responseStalled(nowNanos, timing.responseNanos())) {
            breakOff(Ending.SERVER_TIMEOUT_BODY);
            return;
        }
        arm();
    }

    private long idleNanos() {
        return client.frontend().plan().idleNanos();
    }

    private void arm() {
        long at =
                switch (phase) {
                    case NONE, QUEUED -> 0;
                    case CONNECTING -> timing.responseDeadline();
                    case WAITING ->
                            attemptOver || !requestComplete
                                    ? timing.responseDeadline()
                                    : Math.min(timing.responseDeadline(), timing.attemptDeadline());
                    case RESPONDING -> timing.stallDeadline(idleNanos());
                };
        if (phase == Phase.NONE || phase == Phase.QUEUED) {
            return;
        }
        if (!requestComplete) {
            at = Math.min(at, timing.clientDeadline(idleNanos()));
        }
        client.deadline(at);
    }

    /** The client is gone, or is to go: whatever runs for it ends. */
    void abort(Ending why) {
        if (phase == Phase.NONE) {
            return;
        }
        LoopBackend from = backend;
        if (phase == Phase.QUEUED && from != null) {
            from.leaveQueue(this);
        }
        dropConnection();
        dropResponseHead();
        ended(why.termination, why.reason);
    }

    private void dropConnection() {
        ServerConnection used = connection;
        connection = null;
        if (used != null) {
            if (phase == Phase.CONNECTING) {
                used.orphan();
            } else {
                used.abandon();
            }
        }
    }

    private void dropResponseHead() {
        ByteBuf head = responseHead;
        if (head != null) {
            responseHead = null;
            head.release();
        }
    }

    /** The request fails: the client is told, unless a response has begun; then it is cut off. */
    void fail(Ending failure) {
        if (phase == Phase.RESPONDING) {
            breakOff(failure);
            return;
        }
        dropConnection();
        status = failure.status;
        keepAlive = keepAlive && requestComplete && failure.status >= 500 && !client.ending();
        reply(failure.head(), failure.body());
        ended(failure.termination, failure.reason);
    }

    /** What has begun cannot be taken back: the client sees the connection break. */
    private void breakOff(Ending failure) {
        dropConnection();
        pushHead();
        keepAlive = false;
        client.breakOff();
        ended(failure.termination, failure.reason);
    }

    private void answer(FixedAnswer answer, Ending why) {
        status = answer.status();
        keepAlive = keepAlive && requestComplete && !client.ending();
        reply(answer.head(), answer.body());
        ended("LR", why.reason);
    }

    private void redirect(LoopServer to) {
        ByteBuf sentHead = request;
        status = 302;
        keepAlive = keepAlive && requestComplete && !client.ending();
        byte[] location =
                to.address
                        .hostAndPort
                        .toString()
                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        ByteBuf out = worker.buffer(512 + (sentHead == null ? 0 : sentHead.readableBytes()));
        out.writeBytes(Reply.redirectLine()).writeBytes(location);
        if (sentHead != null) {
            copyTarget(sentHead, out);
        }
        out.writeBytes(Reply.END).writeBytes(keepAlive ? Reply.END : Reply.CLOSE_END);
        client.write(out);
        ended("LR", "redirect");
    }

    /** What stands between the two spaces of the request line. */
    private static void copyTarget(ByteBuf head, ByteBuf out) {
        int from = head.indexOf(0, head.writerIndex(), (byte) ' ') + 1;
        int to = head.indexOf(from, head.writerIndex(), (byte) ' ');
        out.writeBytes(head, from, to - from);
    }

    private void reply(byte[] head, byte[] body) {
        ByteBuf out = worker.buffer(head.length + body.length + Reply.CLOSE_END.length);
        out.writeBytes(head).writeBytes(keepAlive ? Reply.END : Reply.CLOSE_END);
        if (method != Method.HEAD) {
            out.writeBytes(body);
        }
        client.write(out);
    }

    /** The exchange is over, however it went. */
    private void ended(String termination, String reason) {
        LoopServer used = server;
        giveBackServer();
        timing.ended();
        worker.record(this, used, termination, reason);
        stopHolding();
        ByteBuf head = request;
        request = null;
        if (head != null) {
            head.release();
        }
        phase = Phase.NONE;
        worker.connections().exchanges.getAndDecrement();
        client.exchangeEnded(keepAlive, requestComplete);
    }

    private void leaveServer() {
        LoopServer on = server;
        if (on != null && (phase == Phase.WAITING || phase == Phase.CONNECTING)) {
            on.leave(this);
        }
    }

    private void giveBackServer() {
        LoopServer on = server;
        LoopBackend from = backend;
        if (on != null) {
            leaveServer();
            server = null;
            phase = Phase.QUEUED;
            if (from != null) {
                from.release(on);
            }
        }
    }

    // ---- back-pressure ----

    void serverWritable(boolean writable) {
        client.readOn(writable);
    }

    void clientWritable(boolean writable) {
        ServerConnection from = connection;
        if (from != null && phase == Phase.RESPONDING) {
            timing.responseProgress(worker.coarseNanos());
            from.readOn(writable);
        }
    }

    // ---- a tunnel ----

    /** The server has switched protocols. */
    void upgraded(ResponseHead head) {
        ServerConnection to = connection;
        LoopServer on = server;
        LoopBackend from = backend;
        if (!upgrade || to == null || on == null || from == null) {
            serverFailed(Ending.SERVER_PROTOCOL);
            return;
        }
        ByteBuf out = worker.buffer(HEAD_BYTES);
        head.write(out, minorVersion, true);
        client.write(out);
        status = 101;
        ByteBuf early = to.detach();
        connection = null;
        leaveServer();
        server = null;
        keepAlive = true;
        client.becomeTunnel(to.channel(), early, on, from);
        ended("--", "");
    }

    // ---- what the rule of retries asks ----

    @Override
    public Failure failure() {
        return failure;
    }

    @Override
    public boolean idempotent() {
        return method.idempotent();
    }

    @Override
    public boolean bodyHeld() {
        return holding;
    }

    @Override
    public boolean responseBegun() {
        return phase == Phase.RESPONDING;
    }

    @Override
    public int slowOrUnwelcome() {
        return slowOrUnwelcome;
    }

    @Override
    public boolean serverRemains() {
        return serverRemains;
    }

    @Override
    public boolean deadlinePassed() {
        return timing.responseOver(worker.coarseNanos());
    }

    // ---- what others read ----

    boolean running() {
        return phase != Phase.NONE;
    }

    Method method() {
        return method;
    }

    int status() {
        return status;
    }

    Timing timing() {
        return timing;
    }

    @Nullable ByteBuf request() {
        return request;
    }

    @Nullable LoopBackend backend() {
        return backend;
    }

    @Nullable RoutePlan route() {
        return route;
    }

    ClientConnection client() {
        return client;
    }
}
