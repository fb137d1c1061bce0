package dev.alwayson.node.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.control.Input;
import dev.alwayson.core.setting.HostAndPort;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class PassiveChecksTest {

    private static final ServerTries TRIES =
            new ServerTries(new ServerId("shop", "web1"), new HostAndPort("127.0.0.1", 8080), 1, 2);

    private final BlockingQueue<Input> told = new LinkedBlockingQueue<>();
    private final AtomicBoolean failed = new AtomicBoolean();

    @Test
    void itLooksAgainAfterAnError() throws Exception {
        try (PassiveChecks checks = new PassiveChecks(this::failOnce, told::add)) {
            checks.start();

            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(new Input.Tried(List.of(TRIES)));
        }
    }

    private List<ServerTries> failOnce() {
        if (failed.compareAndSet(false, true)) {
            throw new StackOverflowError("told");
        }
        return List.of(TRIES);
    }
}
