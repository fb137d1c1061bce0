package dev.alwayson.e2e.traffic;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Many connections to a port of the loopback address, from several of its addresses, so that there
 * are ports enough. Used by one thread.
 */
final class Crowd implements AutoCloseable {

    private static final int ADDRESSES = 100;

    private final int port;
    private final List<SocketChannel> members = new ArrayList<>();
    private int listened;

    Crowd(int port) {
        this.port = port;
    }

    int size() {
        return members.size();
    }

    /** So many more connect, and send this. */
    void join(int count, String words) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel member = connect();
            members.add(member);
            say(member, words);
        }
    }

    /** So many more connect, with little room for what they are sent, and send this. */
    void joinDeaf(int count, String words) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel member = SocketChannel.open();
            members.add(member);
            member.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            say(connect(member), words);
        }
    }

    /** So many connect and close at once; every other one by a reset. */
    void passBy(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel passer = connect();
            if (i % 2 == 0) {
                passer.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            passer.close();
        }
    }

    private SocketChannel connect() throws IOException {
        return connect(SocketChannel.open());
    }

    private SocketChannel connect(SocketChannel member) throws IOException {
        String own = "127.0.1." + (1 + members.size() % ADDRESSES);
        return connect(member, own);
    }

    private SocketChannel connect(SocketChannel member, String own) throws IOException {
        member.bind(new InetSocketAddress(InetAddress.ofLiteral(own), 0));
        member.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return member;
    }

    private static void say(SocketChannel member, String words) throws IOException {
        ByteBuffer octets = ByteBuffer.wrap(words.getBytes(StandardCharsets.ISO_8859_1));
        while (octets.hasRemaining()) {
            member.write(octets);
        }
    }

    /**
     * Everyone who came since the last time takes something.
     *
     * @return how many could, for the others were closed
     */
    int listen() {
        ByteBuffer room = ByteBuffer.allocate(64 * 1024);
        int heard = 0;
        for (SocketChannel member : members.subList(listened, members.size())) {
            room.clear();
            heard += hears(member, room) ? 1 : 0;
        }
        listened = members.size();
        return heard;
    }

    private static boolean hears(SocketChannel member, ByteBuffer room) {
        try {
            return member.read(room) > 0;
        } catch (IOException reset) {
            return false;
        }
    }

    /** Everyone closes. */
    void leave() throws IOException {
        for (SocketChannel member : members) {
            member.close();
        }
        members.clear();
        listened = 0;
    }

    @Override
    public void close() throws IOException {
        leave();
    }
}
