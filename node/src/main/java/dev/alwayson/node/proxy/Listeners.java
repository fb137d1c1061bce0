package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.setting.HostAndPort;
import dev.alwayson.core.setting.ListenFault;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The addresses that a proxy listens on. Used by one thread at a time, but for {@link #bound},
 * {@link #awaitClosed} and {@link #stillReached}.
 */
final class Listeners {

    private static final Duration CLOSE_WAIT = Duration.ofSeconds(15);

    private final Transport transport;
    private final List<Worker> workers;
    private final Map<HostAndPort, Listener> byAddress = new LinkedHashMap<>();
    private final GivenUp givenUp = new GivenUp();
    private volatile Map<String, List<String>> bound = Map.of();

    /**
     * @param workers who accept; there may be none yet
     */
    Listeners(Transport transport, List<Worker> workers) {
        this.transport = transport;
        this.workers = workers;
    }

    /**
     * Binds the addresses of the configuration that are not bound yet, and accepts nothing there.
     *
     * @param problems gets a sentence for each that cannot be bound
     */
    List<Listener> open(Configuration configuration, List<String> problems) {
        if (!transport.sharesPorts()) {
            awaitOthersClosed();
        }
        Map<HostAndPort, Listener> opened = new LinkedHashMap<>();
        for (Map.Entry<String, Frontend> frontend : configuration.frontends().entrySet()) {
            for (HostAndPort address : frontend.getValue().bind()) {
                if (!byAddress.containsKey(address)) {
                    open(address, frontend.getKey(), opened, problems);
                }
            }
        }
        return List.copyOf(opened.values());
    }

    private void open(
            HostAndPort address,
            String frontend,
            Map<HostAndPort, Listener> opened,
            List<String> problems) {
        try {
            List<Listener> beside =
                    address.port() == 0
                            ? List.of()
                            : Stream.concat(givenUp.stillOpen(), byAddress.values().stream())
                                    .filter(at -> at.address().port() == address.port())
                                    .toList();
            opened.put(address, Listener.open(address, frontend, transport, workers, beside));
        } catch (IOException e) {
            String why = ListenFault.words(String.valueOf(e.getMessage()), "another address");
            problems.add("frontend " + frontend + ": " + address + ": cannot listen there: " + why);
        }
    }

    /** An address that was just given up may be wanted again. */
    private void awaitOthersClosed() {
        try {
            awaitClosed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** These are to be kept. */
    void add(List<Listener> opened) {
        opened.forEach(listener -> byAddress.put(listener.address(), listener));
    }

    /** Accepts at the addresses of the configuration, and gives up the others. */
    void serve(Configuration configuration) {
        Map<HostAndPort, String> owners = new LinkedHashMap<>();
        configuration
                .frontends()
                .forEach((name, frontend) -> frontend.bind().forEach(at -> owners.put(at, name)));
        List<Listener> unused =
                byAddress.values().stream()
                        // One that was opened waits for the snapshot that names it.
                        .filter(Listener::accepting)
                        .filter(listener -> !owners.containsKey(listener.address()))
                        .toList();
        unused.forEach(listener -> byAddress.remove(listener.address()));
        givenUp.add(unused);
        owners.forEach((address, owner) -> {
            Listener listener = byAddress.get(address);
            if (listener != null) {
                listener.accept(owner);
            }
        });
        bound = addresses();
    }

    private Map<String, List<String>> addresses() {
        Map<String, List<String>> addresses = new HashMap<>();
        for (Listener listener : byAddress.values()) {
            addresses
                    .computeIfAbsent(listener.frontend(), name -> new ArrayList<>())
                    .add(listener.bound());
        }
        return addresses;
    }

    /** The addresses of a frontend, with the ports that they really have. */
    List<String> bound(String frontend) {
        return List.copyOf(bound.getOrDefault(frontend, List.of()));
    }

    /** Frontends to which connections may still come by an address that was given up. */
    Set<String> stillReached() {
        return givenUp.frontends();
    }

    /** Gives up all. Returns at once. */
    void giveUp() {
        givenUp.add(List.copyOf(byAddress.values()));
        byAddress.clear();
    }

    /** Waits until all that were given up are closed, for some seconds at most. */
    void awaitClosed() throws InterruptedException {
        givenUp.await(CLOSE_WAIT);
    }

    /** Closes all at once, whoever may be queued. */
    void close() {
        Listener.close(byAddress.values());
        byAddress.clear();
        givenUp.cut();
        awaitOthersClosed();
    }
}
