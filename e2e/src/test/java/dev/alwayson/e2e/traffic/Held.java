package dev.alwayson.e2e.traffic;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Requests to {@code /slow}, each on a connection of its own, which run at the same time. */
final class Held implements AutoCloseable {

    private final int port;
    private final List<RawClient> clients = new ArrayList<>();

    Held(int port) {
        this.port = port;
    }

    /** Sends so many more; does not wait for their answers. */
    void add(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            RawClient client = RawClient.open(port);
            clients.add(client);
            client.write("GET /slow HTTP/1.1\r\nHost: shop\r\n\r\n");
        }
    }

    /** The answers, when they are all there. */
    List<Answer> answers() throws IOException {
        List<Answer> answers = new ArrayList<>();
        for (RawClient client : clients) {
            answers.add(client.answer());
        }
        return answers;
    }

    @Override
    public void close() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }
}
