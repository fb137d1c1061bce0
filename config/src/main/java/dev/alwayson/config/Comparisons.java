package dev.alwayson.config;

import dev.alwayson.core.balance.Eject;
import dev.alwayson.core.balance.Limits;
import dev.alwayson.core.balance.WhenDown;
import dev.alwayson.core.target.HealthCheck;

/** Values that must fit one another. */
final class Comparisons {

    private Comparisons() {}

    static void check(Draft draft) {
        draft.each(HealthCheck.class, (path, check) -> intervals(draft, path, check));
        draft.each(Eject.class, (path, eject) -> lengths(draft, path, eject));
        draft.each(Limits.class, (path, limits) -> sizes(draft, path, limits));
        draft.each(WhenDown.class, (path, whenDown) -> body(draft, path, whenDown));
    }

    private static void intervals(Draft draft, SettingPath path, HealthCheck check) {
        if (check.fastInterval().compareTo(check.interval()) > 0) {
            tooLarge(draft, path, "fast-interval", "interval");
        }
    }

    private static void lengths(Draft draft, SettingPath path, Eject eject) {
        if (eject.base().compareTo(eject.max()) > 0) {
            tooLarge(draft, path, "base", "max");
        }
    }

    private static void sizes(Draft draft, SettingPath path, Limits limits) {
        if (limits.requestLine().bytes() > limits.head().bytes()) {
            tooLarge(draft, path, "request-line", "head");
        }
    }

    /** Reports the setting that should be the smaller; or the larger, if only that is given. */
    private static void tooLarge(Draft draft, SettingPath group, String small, String large) {
        SettingPath less = group.key(small);
        SettingPath more = group.key(large);
        if (draft.given(less) && draft.sound(less) && draft.sound(more)) {
            draft.report(less, "must be at most " + large + ", which is " + draft.shown(more));
        } else if (draft.sound(less) && draft.sound(more)) {
            draft.report(more, "must be at least " + small + ", which is " + draft.shown(less));
        }
    }

    private static void body(Draft draft, SettingPath path, WhenDown whenDown) {
        if (whenDown.bodyFile().isPresent() && !whenDown.hasBody() && draft.sound(path)) {
            draft.report(path.key("status"), "must be one that allows a body, or no body-file");
        }
    }
}
