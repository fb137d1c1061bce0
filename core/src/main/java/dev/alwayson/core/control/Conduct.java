package dev.alwayson.core.control;

import dev.alwayson.core.balance.Eject;
import dev.alwayson.core.balance.Ejection;
import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.journal.EventId;
import dev.alwayson.core.setting.HostAndPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the requests of one server have fared, and what it was ejected for. Times are monotonic, in
 * nanoseconds.
 *
 * @param address where they went
 * @param failed what failed in a row, the newest last; no more than it takes to be ejected
 * @param times how often it was ejected in succession
 * @param endNanos when the last of these ended, or is to end; means nothing before the first
 * @param term present while it is ejected
 */
record Conduct(
        HostAndPort address, List<Failed> failed, int times, long endNanos, Optional<Term> term) {

    /** Of a server of which nothing bad is known. */
    static Conduct good(HostAndPort address) {
        return new Conduct(address, List.of(), 0, 0, Optional.empty());
    }

    Conduct {
        failed = List.copyOf(failed);
    }

    /** With these tries. Those of an ejected server began before, and are not held against it. */
    Conduct after(ServerTries tries, Eject rule, long nanos) {
        if (term.isPresent()) {
            return this;
        }
        if (tries.answered() > tries.failed()) {
            return new Conduct(address, List.of(), times, endNanos, term);
        }
        List<Failed> row = new ArrayList<>();
        for (Failed each : failed) {
            if (nanos - each.nanos() < rule.within().toNanos()) {
                row.add(each);
            }
        }
        if (tries.failed() > 0) {
            row.add(new Failed(nanos, tries.failed()));
        }
        while (row.size() > 1 && sum(row.subList(1, row.size())) >= rule.failures()) {
            row.removeFirst();
        }
        return new Conduct(address, row, times, endNanos, term);
    }

    /** Whether there is nothing to be remembered. */
    boolean isGood() {
        return failed.isEmpty() && times == 0;
    }

    long failures() {
        return sum(failed);
    }

    /** Which time in succession an ejection now would be. */
    int nextTimes(Eject rule, long nanos) {
        boolean forgotten = times > 0 && nanos - endNanos >= rule.max().toNanos();
        return forgotten ? 1 : times + 1;
    }

    /** {@code base}, doubled with each time, up to {@code max}. */
    static Duration length(Eject rule, int times) {
        Duration length = rule.base();
        for (int i = 1; i < times && length.compareTo(rule.max()) < 0; i++) {
            length = length.multipliedBy(2);
        }
        return length.compareTo(rule.max()) < 0 ? length : rule.max();
    }

    Conduct ejected(Term now, long untilNanos) {
        return new Conduct(address, List.of(), now.shown().times(), untilNanos, Optional.of(now));
    }

    Conduct returned(long nanos) {
        return new Conduct(address, List.of(), times, nanos, Optional.empty());
    }

    private static long sum(List<Failed> row) {
        return row.stream().mapToLong(Failed::count).sum();
    }

    /** Requests that failed at about the same time. */
    record Failed(long nanos, long count) {}

    /**
     * That it is ejected.
     *
     * @param event the one that told it
     */
    record Term(Ejection shown, EventId event) {}
}
