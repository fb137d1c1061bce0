package dev.alwayson.core.control;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Balance;
import dev.alwayson.core.balance.Eject;
import dev.alwayson.core.setting.Percent;
import java.util.Optional;

/** A backend with one setting changed. */
record BackendEdit(Backend backend) {

    Backend balance(Balance balance) {
        return with(balance, backend.eject(), backend.panic());
    }

    Backend eject(Eject eject, String panic) {
        return with(backend.balance(), Optional.of(eject), Percent.parse(panic));
    }

    private Backend with(Balance balance, Optional<Eject> eject, Percent panic) {
        return new Backend(
                backend.servers(),
                balance,
                backend.healthCheck(),
                backend.retries(),
                backend.timeouts(),
                backend.whenDown(),
                backend.maxQueue(),
                backend.answer(),
                eject,
                panic);
    }
}
