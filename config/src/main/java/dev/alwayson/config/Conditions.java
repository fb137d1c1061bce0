package dev.alwayson.config;

import dev.alwayson.core.balance.ClientLimits;
import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.Mode;
import dev.alwayson.core.balance.WhenDown;
import dev.alwayson.core.target.HealthCheck;
import java.util.List;
import java.util.function.Predicate;

/** Settings that mean something only beside what others say; elsewhere they are a mistake. */
final class Conditions {

    /**
     * @param deciding the settings of the group that decide
     * @param settings those that then mean something, from the group down
     * @param meant whether they do
     * @param rule what is said of them where they do not
     */
    record Condition(
            Class<? extends Record> group,
            List<String> deciding,
            List<SettingPath> settings,
            Predicate<Record> meant,
            String rule) {}

    static final List<Condition> ALL =
            List.of(
                    new Condition(
                            Frontend.class,
                            List.of("mode"),
                            List.of(
                                    SettingPath.of("routes"),
                                    SettingPath.of("access-log"),
                                    SettingPath.of("max-body"),
                                    SettingPath.of("upgrade"),
                                    SettingPath.of("trusted-proxies"),
                                    SettingPath.of("request-id"),
                                    SettingPath.of("limits"),
                                    SettingPath.of("underscore-names"),
                                    SettingPath.of("timeouts", "request-head"),
                                    SettingPath.of("timeouts", "idle"),
                                    SettingPath.of("clients", "requests-per-second"),
                                    SettingPath.of("clients", "request-burst")),
                            group -> group instanceof Frontend f && f.mode() == Mode.HTTP,
                            "must be given only with mode: http"),
                    new Condition(
                            ClientLimits.class,
                            List.of("requests-per-second"),
                            List.of(SettingPath.of("request-burst")),
                            group -> group instanceof ClientLimits c && c.hasRate(),
                            "must be given only with requests-per-second"),
                    new Condition(
                            ClientLimits.class,
                            List.of("max-connections-per-address", "requests-per-second"),
                            List.of(SettingPath.of("exempt")),
                            group -> group instanceof ClientLimits c && c.hasOneForEach(),
                            "must be given only with max-connections-per-address or"
                                    + " requests-per-second"),
                    new Condition(
                            HealthCheck.class,
                            List.of("http"),
                            List.of(
                                    SettingPath.of("method"),
                                    SettingPath.of("host"),
                                    SettingPath.of("expect-status"),
                                    SettingPath.of("expect-text")),
                            group -> group instanceof HealthCheck c && c.http().isPresent(),
                            "must be given only with http: PATH"),
                    new Condition(
                            HealthCheck.class,
                            List.of("method"),
                            List.of(SettingPath.of("expect-text")),
                            group ->
                                    group instanceof HealthCheck c
                                            && (c.http().isEmpty() || !c.method().equals("HEAD")),
                            "must be given only with a method whose answer has a body, not HEAD"),
                    new Condition(
                            WhenDown.class,
                            List.of("backend"),
                            List.of(SettingPath.of("status"), SettingPath.of("body-file")),
                            group -> group instanceof WhenDown w && w.backend().isEmpty(),
                            "must be given only without backend"));

    private Conditions() {}

    static void check(Draft draft) {
        for (Condition condition : ALL) {
            draft.each(
                    condition.group(),
                    (path, group) -> {
                        if (!condition.meant().test(group) && decided(draft, path, condition)) {
                            refuse(draft, path, condition);
                        }
                    });
        }
    }

    private static boolean decided(Draft draft, SettingPath group, Condition condition) {
        return condition.deciding().stream().allMatch(name -> draft.sound(group.key(name)));
    }

    private static void refuse(Draft draft, SettingPath group, Condition condition) {
        for (SettingPath setting : condition.settings()) {
            SettingPath path = group.below(setting);
            if (draft.given(path) && draft.sound(path)) {
                draft.report(path, condition.rule());
            }
        }
    }

    /** The settings of a group, from it down, that mean nothing in it. */
    static List<SettingPath> idle(Record group) {
        return ALL.stream()
                .filter(c -> c.group() == group.getClass() && !c.meant().test(group))
                .flatMap(c -> c.settings().stream())
                .toList();
    }
}
