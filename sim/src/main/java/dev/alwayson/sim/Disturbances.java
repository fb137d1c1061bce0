package dev.alwayson.sim;

import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.control.Configuration;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.setting.HostAndPort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * What happens to the world: faults, reloads, commands, a clock that is set, a disk that fails, a
 * node that is killed.
 */
final class Disturbances {

    private final SplittableRandom random;
    private final Map<HostAndPort, Machine> machines;
    private final SimulatedStore store;
    private final SimulatedTime time;
    private final Consumer<Input> loop;
    private final Runnable kill;
    private final Drafts drafts;
    private Configuration configuration;
    private long commands;

    Disturbances(
            SplittableRandom random,
            Map<HostAndPort, Machine> machines,
            SimulatedStore store,
            SimulatedTime time,
            Consumer<Input> loop,
            Runnable kill) {
        this.random = random;
        this.machines = machines;
        this.store = store;
        this.time = time;
        this.loop = loop;
        this.kill = kill;
        drafts = new Drafts(random.split());
        configuration = drafts.first();
    }

    void begin() {
        machines.values().forEach(machine -> machine.set(condition()));
        start();
    }

    private void start() {
        loop.accept(new Input.ConfigurationLoaded(configuration, "start"));
    }

    Duration pause() {
        return Duration.ofMillis(random.nextInt(1, random.nextInt(4) == 0 ? 3000 : 300));
    }

    void next() {
        switch (random.nextInt(21)) {
            case 0, 1, 2 -> reload();
            case 3 -> loop.accept(new Input.ConfigurationRefused(List.of("no"), "admin"));
            case 4, 5, 6, 7 -> command();
            case 8 -> store.fail(random.nextBoolean());
            case 9 -> time.setWallClock(Duration.ofMillis(random.nextInt(-5000, 5000)));
            case 10 -> loop.accept(new Input.Woken());
            case 11 -> stop();
            case 12 -> restart();
            case 13, 14, 15, 16 ->
                    pick(List.copyOf(machines.values()))
                            .breakRequests(pick(List.of(0, 30, 60, 100, 100)));
            case 17 ->
                    loop.accept(
                            new Input.Tried(
                                    List.of(
                                            new ServerTries(
                                                    server(), pick(Drafts.ADDRESSES), 9, 0))));
            default -> pick(List.copyOf(machines.values())).set(condition());
        }
    }

    /** From here on machines either work or do not, and the disk does. */
    void end() {
        store.fail(false);
        for (Machine machine : machines.values()) {
            boolean up = random.nextInt(3) > 0;
            machine.set(up ? Machine.Condition.UP : Machine.Condition.REFUSING);
            machine.breakRequests(0);
        }
    }

    private void reload() {
        configuration = drafts.changed(configuration);
        loop.accept(new Input.ConfigurationLoaded(configuration, "SIGHUP"));
    }

    private void command() {
        ServerId server = server();
        ServerState wanted =
                random.nextBoolean()
                        ? ServerState.READY
                        : pick(List.of(ServerState.DRAIN, ServerState.MAINT));
        int times = random.nextInt(5) == 0 ? 2 : 1;
        for (int i = 0; i < times; i++) {
            loop.accept(new Input.SetServerState(++commands, server, wanted, "operator"));
        }
    }

    private ServerId server() {
        return new ServerId(pick(Drafts.BACKENDS), pick(Drafts.SERVERS));
    }

    private void stop() {
        if (random.nextInt(21) == 0) {
            loop.accept(new Input.Stop("SIGTERM"));
        }
    }

    private void restart() {
        if (random.nextInt(4) == 0) {
            kill.run();
            start();
        }
    }

    private Machine.Condition condition() {
        Machine.Condition[] all = Machine.Condition.values();
        return random.nextInt(3) == 0 ? Machine.Condition.UP : all[random.nextInt(all.length)];
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
