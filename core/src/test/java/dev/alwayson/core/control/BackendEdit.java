package dev.alwayson.core.control;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Balance;
import dev.alwayson.core.balance.Eject;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.setting.Percent;
import dev.alwayson.core.target.HealthCheck;
import java.util.Map;
import java.util.Optional;

/** A backend with one setting changed. */
record BackendEdit(Backend backend) {

    Backend check(Optional<HealthCheck> check) {
        return with(backend.servers(), backend.balance(), check);
    }

    Backend balance(Balance balance) {
        return with(backend.servers(), balance, backend.healthCheck());
    }

    Backend servers(Map<String, Server> servers) {
        return with(servers, backend.balance(), backend.healthCheck());
    }

    Backend eject(Eject eject, String panic) {
        return new Backend(
                backend.servers(),
                backend.balance(),
                backend.healthCheck(),
                backend.retries(),
                backend.timeouts(),
                backend.whenDown(),
                backend.maxQueue(),
                backend.answer(),
                Optional.of(eject),
                Percent.parse(panic));
    }

    private Backend with(
            Map<String, Server> servers, Balance balance, Optional<HealthCheck> check) {
        return new Backend(
                servers,
                balance,
                check,
                backend.retries(),
                backend.timeouts(),
                backend.whenDown(),
                backend.maxQueue(),
                backend.answer(),
                backend.eject(),
                backend.panic());
    }
}
