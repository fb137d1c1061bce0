package dev.alwayson.node.proxy;

import dev.alwayson.node.proxy.corpus.Entry;
import dev.alwayson.node.proxy.corpus.Entry.Part;
import dev.alwayson.node.proxy.corpus.StrictReading;
import dev.alwayson.node.proxy.corpus.StrictReading.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A server that records every octet of every connection, answers each whole request, and once as an
 * entry of the corpus says.
 */
final class Tapped implements AutoCloseable {

    static final String PROBE = "/probe";

    /** A connection: what came, and how many requests of it were answered. */
    private static final class Tap {
        private final StringBuilder octets = new StringBuilder();
        private int answered;
    }

    final RawServer server;
    private final Entry entry;
    private final AtomicBoolean misbehaved = new AtomicBoolean();
    private final List<Tap> taps = new ArrayList<>();

    Tapped(Entry entry) throws IOException {
        this.entry = entry;
        this.server = RawServer.of(this::serve);
    }

    /** What came so far, over all connections in their order. */
    synchronized String seen() {
        StringBuilder seen = new StringBuilder();
        taps.forEach(tap -> seen.append(tap.octets));
        return seen.toString();
    }

    synchronized void forget() {
        for (Tap tap : taps) {
            tap.octets.setLength(0);
            tap.answered = 0;
        }
    }

    private synchronized Tap tap() {
        Tap tap = new Tap();
        taps.add(tap);
        return tap;
    }

    private void serve(RawServer.Peer peer) throws IOException, InterruptedException {
        Tap tap = tap();
        byte[] buffer = new byte[1 << 16];
        while (true) {
            int length = peer.in.read(buffer);
            if (length < 0) {
                return;
            }
            List<Message> due = take(tap, buffer, length);
            for (Message request : due) {
                if (!answer(request, peer)) {
                    return;
                }
            }
        }
    }

    private synchronized List<Message> take(Tap tap, byte[] buffer, int length) {
        for (int i = 0; i < length; i++) {
            tap.octets.append((char) (buffer[i] & 0xff));
        }
        List<Message> whole = StrictReading.requests(tap.octets.toString()).messages();
        List<Message> due = List.copyOf(whole.subList(tap.answered, whole.size()));
        tap.answered = whole.size();
        return due;
    }

    /** Answers; false if the connection ends by it. */
    private boolean answer(Message request, RawServer.Peer peer)
            throws IOException, InterruptedException {
        if (request.target().equals(PROBE)) {
            peer.answer("probe");
        } else if (entry.fromServer() && !misbehaved.getAndSet(true)) {
            return misbehave(peer);
        } else {
            String body = request.method().equals("HEAD") ? "" : "ok";
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + body);
        }
        return true;
    }

    private boolean misbehave(RawServer.Peer peer) throws IOException, InterruptedException {
        for (Part part : entry.server()) {
            peer.send(part.octets());
            Thread.sleep(part.pause());
        }
        if (entry.serverEnd() == Entry.End.RESETS) {
            peer.socket.setSoLinger(true, 0);
        }
        return entry.serverEnd() == Entry.End.STAYS;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
