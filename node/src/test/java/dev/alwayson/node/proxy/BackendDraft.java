package dev.alwayson.node.proxy;

import dev.alwayson.core.balance.Answer;
import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.BackendTimeouts;
import dev.alwayson.core.balance.Balance;
import dev.alwayson.core.balance.Eject;
import dev.alwayson.core.balance.Retries;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.WhenDown;
import dev.alwayson.core.setting.Percent;
import dev.alwayson.core.target.HealthCheck;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A backend whose settings can still be changed. */
final class BackendDraft {

    final Map<String, Server> servers;
    Balance balance;
    Optional<HealthCheck> healthCheck;
    Retries retries;
    BackendTimeouts timeouts;
    Optional<WhenDown> whenDown;
    int maxQueue;
    Answer answer;
    Optional<Eject> eject;
    Percent panic;

    private BackendDraft(Backend b) {
        servers = new LinkedHashMap<>(b.servers());
        balance = b.balance();
        healthCheck = b.healthCheck();
        retries = b.retries();
        timeouts = b.timeouts();
        whenDown = b.whenDown();
        maxQueue = b.maxQueue();
        answer = b.answer();
        eject = b.eject();
        panic = b.panic();
    }

    /** The backend with these changes. */
    static Backend of(Backend backend, Consumer<BackendDraft> changes) {
        BackendDraft draft = new BackendDraft(backend);
        changes.accept(draft);
        return draft.backend();
    }

    private Backend backend() {
        return new Backend(
                servers,
                balance,
                healthCheck,
                retries,
                timeouts,
                whenDown,
                maxQueue,
                answer,
                eject,
                panic);
    }
}
