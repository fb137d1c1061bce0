package dev.alwayson.node.wiring;

import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Snapshot;
import dev.alwayson.node.proxy.Proxy;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The data path that is a {@link Proxy}, with an event loop for each core. */
public final class ProxyPath implements DataPath {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyPath.class);

    /** Where Netty unpacks what it drives sockets with; else the folder for temporary files. */
    private static final String NATIVE_FOLDER = "io.netty.native.workdir";

    private final Proxy proxy;
    private boolean applied;

    private ProxyPath(Proxy proxy) {
        this.proxy = proxy;
    }

    /**
     * @param seed of the policies that choose at random
     * @throws UncheckedIOException if this process lacks what a proxy needs; the message is one
     *     sentence that says what to do
     */
    public static ProxyPath open(long seed) {
        Optional<String> problem = Proxy.problem();
        if (problem.isPresent()) {
            throw new UncheckedIOException(problem.get(), new IOException());
        }
        int loops = Runtime.getRuntime().availableProcessors();
        return new ProxyPath(
                new Proxy(loops, seed, DescriptorLimit.forProxy(DescriptorLimit.most())));
    }

    /** Names a folder from which machine code can be loaded; counts before the first is opened. */
    static void unpackIn(Path folder) {
        if (System.getProperty(NATIVE_FOLDER) == null) {
            System.setProperty(NATIVE_FOLDER, folder.toString());
        }
    }

    @Override
    public List<String> prepare(Path file, Configuration configuration) {
        return proxy.prepare(file, configuration);
    }

    @Override
    public void apply(Snapshot snapshot) {
        proxy.apply(snapshot);
        if (!applied) {
            applied = true;
            LOG.info(
                    "At most {} sockets in all, of listeners, clients and servers: what the file"
                            + " descriptors of this process are enough for",
                    proxy.mostSockets());
        }
    }

    @Override
    public void announceStop() {
        proxy.announceStop();
    }

    @Override
    public void stopAccepting() {
        proxy.stopAccepting();
    }

    @Override
    public boolean awaitIdle(Duration atMost) throws InterruptedException {
        return proxy.awaitIdle(atMost);
    }

    @Override
    public int clients() {
        return proxy.clients();
    }

    @Override
    public boolean loopsAlive() {
        return proxy.loopsAlive();
    }

    @Override
    public List<MultiCollector> metrics() {
        return proxy.metrics();
    }

    @Override
    public List<ServerTries> passiveResults() {
        return proxy.passiveResults();
    }

    @Override
    public int connections(ServerId server) {
        return proxy.connections(server);
    }

    @Override
    public int queued(String backend) {
        return proxy.queued(backend);
    }

    @Override
    public int clients(String frontend) {
        return proxy.clients(frontend);
    }

    @Override
    public List<String> bound(String frontend) {
        return proxy.bound(frontend);
    }

    @Override
    public void close() {
        proxy.close();
    }
}
