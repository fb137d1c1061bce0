package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.Answer;
import dev.alwayson.core.balance.FailedTry;
import dev.alwayson.core.balance.Failure;
import dev.alwayson.core.balance.Hash;
import dev.alwayson.core.balance.Retry;
import dev.alwayson.core.balance.RetryRule;
import dev.alwayson.node.proxy.http.ChunkReader;
import dev.alwayson.node.proxy.http.ChunkWriter;
import dev.alwayson.node.proxy.http.ForwardedFor;
import dev.alwayson.node.proxy.http.Method;
import dev.alwayson.node.proxy.http.RequestHead;
import dev.alwayson.node.proxy.http.ResponseHead;
import dev.alwayson.node.proxy.log.Ending;
import dev.alwayson.node.proxy.log.Phase;
import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, over as many tries as it takes. One for each client connection,
 * used anew for each request. Confined to its event loop.
 *
 * <p>What a try that fails leads to is {@link RetryRule}'s to say. Until a response begins to reach
 * the client, everything that was sent is held, as far as the rule may want it again.
 */
final class Exchange implements Claimant, FailedTry {

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

    /** What most heads fit into; a larger one makes its buffer grow. */
    private static final int HEAD_BYTES = 1024;

    /** A body up to this size joins the head of the response in one buffer. */
    private static final int JOIN_BYTES = 4096;

    /** What is held of a request's body while there is no server; then the client must wait. */
    private static final int UNSENT_BYTES = 64 * 1024;

    /** Fallback backends in a row, so that a circle of them ends. */
    static final int FALLBACKS = 8;

    private final ClientConnection client;
    private final Worker worker;
    private final List<LoopServer> tried = new ArrayList<>(4);
    private final List<ByteBuf> held = new ArrayList<>(4);

    // The links of LoopServer's list of those that wait for its answer.
    @Nullable Exchange previousWaiting;
    @Nullable Exchange nextWaiting;

    private Stage stage = Stage.NONE;
    private Method method = Method.OTHER;
    private int minorVersion;
    private boolean keepAlive;
    private boolean chunkedRequest;
    private boolean upgrade;
    private boolean tunnelled;
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

    /** The request line, then the host, for the access log; grows to what the client sends. */
    private byte[] line = {};

    /** Of whoever sent the request, also from behind trusted proxies. */
    private long clientHash;

    private byte[] clientAddress = {};
    private int lineLength;
    private int hostLength;
    private final Timing timing = new Timing();

    Exchange(ClientConnection client) {
        this.client = client;
        this.worker = client.worker;
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
        identify(head, frontend);
        keepForLog(head);
        holding = true;
        stage = Stage.QUEUED;
        if (head.contentLength() > frontend.frontend().maxBody().bytes()) {
            fail(RequestFailure.BODY_TOO_LARGE);
        } else if (route == null) {
            fail(RequestFailure.NO_ROUTE);
        } else {
            enter(route.backend());
        }
    }

    private void identify(RequestHead head, FrontendPlan frontend) {
        if (client.forwarding().trusted()) {
            InetAddress sender =
                    ForwardedFor.client(head, client.peer(), frontend.frontend().trustedProxies());
            clientHash = Hash.of(sender.getAddress());
            clientAddress = NetUtil.toAddressString(sender).getBytes(StandardCharsets.US_ASCII);
        } else {
            clientHash = client.clientHash();
            clientAddress = client.forwarding().address();
        }
    }

    private void keepForLog(RequestHead head) {
        lineLength = 0;
        hostLength = 0;
        if (!client.frontend().logs()) {
            return;
        }
        lineLength = head.requestLineLength();
        hostLength = head.hostLength();
        if (line.length < lineLength + hostLength) {
            line = new byte[lineLength + hostLength + 64];
        }
        System.arraycopy(head.bytes(), head.requestLineOffset(), line, 0, lineLength);
        System.arraycopy(head.bytes(), head.hostOffset(), line, lineLength, hostLength);
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
        tunnelled = false;
        backend = null;
    }

    private void enter(String name) {
        LoopBackend entered = worker.backend(name);
        if (entered == null) {
            fail(RequestFailure.NO_SERVER);
            return;
        }
        backend = entered;
        entered.plan().budget().request(worker.number, worker.coarseNanos());
        timing.chosen(entered.plan());
        choose(entered, RequestFailure.NO_SERVER);
    }

    /** A piece of the request's body; taken over. */
    void requestBody(ByteBuf piece) {
        timing.requestProgress(worker.coarseNanos());
        timing.bytesRead += piece.readableBytes();
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
            arm();
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

    private void choose(LoopBackend from, RequestFailure otherwise) {
        LoopServer chosen = from.choose(this);
        if (chosen != null) {
            granted(chosen);
        } else if (!from.remains(this)) {
            nobody(from, otherwise);
        } else {
            stage = Stage.QUEUED;
            timing.queued(from.plan());
            if (!from.enqueue(this)) {
                fail(RequestFailure.QUEUE_FULL);
            }
        }
    }

    /** No server is left to try: what {@code when-down} says, or the failure of the last try. */
    private void nobody(LoopBackend from, RequestFailure failure) {
        BackendPlan plan = from.plan();
        boolean nothingSent = failure.status == 503;
        if (nothingSent && plan.fallback().isPresent() && fallbacks < FALLBACKS) {
            fallbacks++;
            tried.clear();
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
        return tried.contains(candidate);
    }

    @Override
    public long queueDeadlineNanos() {
        return timing.queueDeadline();
    }

    @Override
    public void refused(RequestFailure failure) {
        LoopBackend from = backend;
        if (from != null && failure == RequestFailure.NO_SERVER) {
            nobody(from, failure);
        } else {
            fail(failure);
        }
        worker.flushDirty();
    }

    @Override
    public void granted(LoopServer chosen) {
        server = chosen;
        if (timing.retries > 0 && timing.responseOver(worker.coarseNanos())) {
            fail(RequestFailure.SERVER_TIMEOUT);
            return;
        }
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
        stage = Stage.CONNECTING;
        LoopBackend from = backend;
        if (address == null || from == null) {
            connectFailed(RequestFailure.UNRESOLVED);
            return;
        }
        arm();
        connection = ServerConnection.open(to, address, from.plan().connectMillis(), this);
    }

    void connectFailed(RequestFailure failure) {
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
        stage = Stage.WAITING;
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
        LoopServer answering = server;
        if (answering != null) {
            answering.responses.response(timing.respondingNanos - timing.connectedNanos);
        }
        leaveServer();
        stage = Stage.RESPONDING;
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
            arm();
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
        ended(Ending.COMPLETED, Phase.COMPLETED, NO_REASON);
    }

    // ---- what goes wrong ----

    /** The connection ended, or what came over it is not HTTP. */
    void serverFailed(RequestFailure failure) {
        ServerConnection failed = connection;
        boolean stale = failed != null && failed.keptAndSilent();
        connection = null;
        if (failed != null) {
            failed.abandon();
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
        sent = false;
        stopHoldingIfSent();
        client.readOn(true);
    }

    private void stopHoldingIfSent() {
        if (stage == Stage.RESPONDING) {
            stopHolding();
        }
    }

    /** The checks found the server down: who can be served elsewhere does not wait for it. */
    void serverWentDown() {
        ServerConnection from = connection;
        if (stage == Stage.CONNECTING && from != null) {
            from.orphan();
            connection = null;
            retry(Failure.CONNECT_FAILED, RequestFailure.CONNECT_TIMEOUT);
        } else if (stage == Stage.WAITING) {
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
        tryElsewhere(from, on, kind, RequestFailure.SERVER_TIMEOUT);
        return true;
    }

    private void retry(Failure kind, RequestFailure failure) {
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
    private void reconnect(LoopBackend from, LoopServer on, Failure kind, RequestFailure failure) {
        if (!on.candidate) {
            tryElsewhere(from, on, kind, failure);
            return;
        }
        worker.recorder.retry(from, kind);
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

    private void tryElsewhere(
            LoopBackend from, LoopServer on, Failure kind, RequestFailure failure) {
        worker.recorder.retry(from, kind);
        timing.retried();
        tried.add(on);
        sent = false;
        freshOnly = false;
        giveBackServer();
        choose(from, failure);
    }

    /** A deadline has passed; which one is found by looking. */
    void due(long nowNanos) {
        if (stage == Stage.NONE || stage == Stage.QUEUED) {
            arm();
            return;
        }
        boolean clientsTurn = clientsTurn();
        if (clientsTurn && timing.clientStalled(nowNanos, idleNanos())) {
            fail(RequestFailure.CLIENT_TIMEOUT_BODY);
        } else if (stage == Stage.RESPONDING) {
            dueResponding(nowNanos);
        } else if (!clientsTurn && timing.responseOver(nowNanos)) {
            fail(
                    stage == Stage.CONNECTING
                            ? RequestFailure.CONNECT_TIMEOUT
                            : RequestFailure.SERVER_TIMEOUT);
        } else if (stage == Stage.WAITING
                && !clientsTurn
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

    /** Whether more of the request is the client's to send, and not the server's to take. */
    private boolean clientsTurn() {
        return !requestComplete && client.readingOn();
    }

    private void dueResponding(long nowNanos) {
        if (!client.writable()) {
            if (timing.responseStalled(nowNanos, idleNanos())) {
                breakOff(RequestFailure.CLIENT_STALLED);
                return;
            }
        } else if (timing.responseStalled(nowNanos, timing.responseNanos())) {
            breakOff(RequestFailure.SERVER_TIMEOUT_BODY);
            return;
        }
        arm();
    }

    private long idleNanos() {
        return client.frontend().plan().idleNanos();
    }

    private void arm() {
        if (stage == Stage.NONE || stage == Stage.QUEUED) {
            return;
        }
        boolean clientsTurn = clientsTurn();
        long at =
                switch (stage) {
                    case NONE, QUEUED, CONNECTING -> timing.responseDeadline();
                    case WAITING ->
                            attemptOver || clientsTurn
                                    ? timing.responseDeadline()
                                    : Math.min(timing.responseDeadline(), timing.attemptDeadline());
                    case RESPONDING ->
                            timing.stallDeadline(
                                    client.writable() ? timing.responseNanos() : idleNanos());
                };
        if (clientsTurn) {
            long client = timing.clientDeadline(idleNanos());
            // The response's time begins when the request is there.
            at = stage == Stage.WAITING ? client : Math.min(at, client);
        }
        this.client.deadline(at);
    }

    /** The client is gone, or is to go: whatever runs for it ends. */
    void abort(RequestFailure why) {
        if (stage == Stage.NONE) {
            return;
        }
        LoopBackend from = backend;
        if (stage == Stage.QUEUED && from != null) {
            from.leaveQueue(this);
        }
        dropConnection();
        dropResponseHead();
        ended(why.ending, why.phase, why.reason());
    }

    private void dropConnection() {
        ServerConnection used = connection;
        connection = null;
        if (used != null) {
            if (stage == Stage.CONNECTING) {
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
    void fail(RequestFailure failure) {
        if (stage == Stage.RESPONDING) {
            breakOff(failure);
            return;
        }
        dropConnection();
        status = failure.status;
        keepAlive = keepAlive && requestComplete && failure.status >= 500 && !client.ending();
        reply(failure.head(), failure.body());
        ended(failure.ending, failure.phase, failure.reason());
    }

    /** What has begun cannot be taken back: the client sees the connection break. */
    private void breakOff(RequestFailure failure) {
        dropConnection();
        pushHead();
        keepAlive = false;
        client.breakOff();
        ended(failure.ending, failure.phase, failure.reason());
    }

    private void answer(FixedAnswer answer, RequestFailure why) {
        status = answer.status();
        keepAlive = keepAlive && requestComplete && !client.ending();
        reply(answer.head(), answer.body());
        ended(Ending.LOCAL, Phase.REQUEST, why.reason());
    }

    private void redirect(LoopServer to) {
        ByteBuf sentHead = request;
        status = 302;
        keepAlive = keepAlive && requestComplete && !client.ending();
        byte[] location = to.address.hostAndPort.toString().getBytes(StandardCharsets.US_ASCII);
        ByteBuf out = worker.buffer(512 + (sentHead == null ? 0 : sentHead.readableBytes()));
        out.writeBytes(Reply.redirectLine()).writeBytes(location);
        if (sentHead != null) {
            copyTarget(sentHead, out);
        }
        out.writeBytes(Reply.END).writeBytes(keepAlive ? Reply.END : Reply.CLOSE_END);
        client.write(out);
        ended(Ending.LOCAL, Phase.REQUEST, NO_REASON);
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
    private void ended(Ending ending, Phase how, byte[] reason) {
        LoopServer used = server;
        if (tunnelled) {
            server = null; // Its place is the tunnel's.
        } else {
            giveBackServer();
        }
        timing.ended();
        worker.recorder.exchange(this, used, ending, how, reason);
        stopHolding();
        ByteBuf head = request;
        request = null;
        if (head != null) {
            head.release();
        }
        stage = Stage.NONE;
        worker.connections().exchanges.getAndDecrement();
        client.exchangeEnded(keepAlive, requestComplete);
    }

    private void leaveServer() {
        LoopServer on = server;
        if (on != null && (stage == Stage.WAITING || stage == Stage.CONNECTING)) {
            on.leave(this);
        }
    }

    private void giveBackServer() {
        LoopServer on = server;
        LoopBackend from = backend;
        if (on != null) {
            leaveServer();
            server = null;
            stage = Stage.QUEUED;
            if (from != null) {
                from.release(on);
            }
        }
    }

    // ---- back-pressure ----

    void serverWritable(boolean writable) {
        timing.requestProgress(worker.coarseNanos());
        client.readOn(writable);
        arm();
    }

    void clientWritable(boolean writable) {
        ServerConnection from = connection;
        if (from != null && stage == Stage.RESPONDING) {
            timing.responseProgress(worker.coarseNanos());
            from.readOn(writable);
            arm();
        }
    }

    // ---- a tunnel ----

    /** The server has switched protocols. */
    void upgraded(ResponseHead head) {
        ServerConnection to = connection;
        LoopServer on = server;
        LoopBackend from = backend;
        if (!upgrade || to == null || on == null || from == null) {
            serverFailed(RequestFailure.SERVER_PROTOCOL);
            return;
        }
        ByteBuf out = worker.buffer(HEAD_BYTES);
        head.write(out, minorVersion, true);
        client.write(out);
        status = 101;
        ByteBuf early = to.detach();
        connection = null;
        leaveServer();
        tunnelled = true;
        keepAlive = true;
        client.becomeTunnel(to.channel(), early, on, from);
        ended(Ending.COMPLETED, Phase.COMPLETED, NO_REASON);
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
        return stage == Stage.RESPONDING;
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
        return stage != Stage.NONE;
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

    @Nullable LoopBackend backend() {
        return backend;
    }

    @Nullable RoutePlan route() {
        return route;
    }

    byte[] clientAddress() {
        return clientAddress;
    }

    byte[] line() {
        return line;
    }

    int lineLength() {
        return lineLength;
    }

    int hostLength() {
        return hostLength;
    }

    ClientConnection client() {
        return client;
    }
}
