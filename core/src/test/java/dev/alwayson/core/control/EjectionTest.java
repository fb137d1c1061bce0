package dev.alwayson.core.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Availability;
import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Eject;
import dev.alwayson.core.balance.Ejection;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.balance.ServerTries;
import dev.alwayson.core.balance.Standing;
import dev.alwayson.core.journal.Event;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.setting.Percent;
import dev.alwayson.core.target.Health;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The servers pass every check of theirs unless a story says otherwise. */
class EjectionTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Loop loop = new Loop();

    @Test
    void aServerThatPassesItsChecksAndBreaksItsRequestsIsEjectedAndComesBack() {
        serve("web1", "web2", "web3");
        fail("web1", 5);

        assertThat(loop.server("web1").standing()).isEqualTo(Standing.EJECTED);
        assertThat(loop.candidates()).containsExactly("web2", "web3");
        assertThat(loop.shop().availability()).isEqualTo(Availability.DEGRADED);
        assertThat(loop.server("web1").ejection())
                .contains(
                        new Ejection(
                                "5 requests in a row failed within 10s",
                                1,
                                loop.now().wall(),
                                loop.now().wall().plusSeconds(10)));
        assertThat(loop.happenings())
                .endsWith(
                        new Happening.ServerEjected(
                                "shop", "web1", "5 requests in a row failed within 10s", "10s", 1),
                        new Happening.BackendAvailabilityChanged("shop", "up", "degraded", 2, 3));

        sleepUntilWoken(Duration.ofSeconds(10));
        assertThat(loop.server("web1").standing()).isEqualTo(Standing.SERVING);
        assertThat(loop.candidates()).containsExactly("web1", "web2", "web3");
        assertThat(loop.happenings())
                .endsWith(
                        new Happening.ServerReturned("shop", "web1", "its time is over"),
                        new Happening.BackendAvailabilityChanged("shop", "degraded", "up", 3, 3));
    }

    @Test
    void whatHappenedTellsWhatItFollowsFrom() {
        serve("web1", "web2");
        fail("web1", 5);
        sleepUntilWoken(Duration.ofSeconds(10));
        List<Event> events = loop.events.subList(loop.events.size() - 4, loop.events.size());
        assertThat(events.get(0).cause()).isEmpty();
        assertThat(events.get(1).cause()).contains(events.get(0).id());
        assertThat(events.get(2).cause()).contains(events.get(0).id());
        assertThat(events.get(3).cause()).contains(events.get(2).id());
    }

    @Test
    void eachTimeItIsGoneTwiceAsLongUpToTheMost() {
        serve("web1", "web2");
        for (int seconds : new int[] {10, 20, 40, 60, 60}) {
            fail("web1", 5);
            sleepUntilWoken(Duration.ofSeconds(seconds));
            assertThat(loop.server("web1").standing()).isEqualTo(Standing.SERVING);
        }
    }

    @Test
    void whoHasServedForLongBeginsAnew() {
        serve("web1", "web2");
        fail("web1", 5);
        sleepUntilWoken(Duration.ofSeconds(10));
        loop.after(Duration.ofSeconds(59));
        fail("web1", 5);
        sleepUntilWoken(Duration.ofSeconds(20));
        loop.after(Duration.ofSeconds(60));
        fail("web1", 5);
        sleepUntilWoken(Duration.ofSeconds(10));
    }

    @Test
    void failuresCountInARowWithinTheTime() {
        serve("web1", "web2");
        fail("web1", 4);
        tried("web1", 3, 4);
        fail("web1", 4);
        assertThat(loop.candidates()).as("more was answered between").contains("web1");
        tried("web1", 0, 1);
        fail("web1", 4);
        assertThat(loop.candidates()).as("an answer alone, too").contains("web1");
        loop.after(Duration.ofSeconds(10));
        fail("web1", 4);
        assertThat(loop.candidates()).as("four are too long ago").contains("web1");
        tried("web1", 1, 1);
        assertThat(loop.candidates()).as("as many failed as were answered").contains("web2");
        assertThat(loop.server("web1").standing()).isEqualTo(Standing.EJECTED);
    }

    @Test
    void failuresThatGrowOldAreForgottenOneByOne() {
        serve("web1", "web2");
        fail("web1", 2);
        loop.after(Duration.ofSeconds(9));
        fail("web1", 2);
        loop.after(SECOND);
        fail("web1", 2);
        assertThat(loop.server("web1").standing()).isEqualTo(Standing.SERVING);
        fail("web1", 1);
        assertThat(loop.server("web1").standing()).isEqualTo(Standing.EJECTED);
    }

    @Test
    void aSuccessfulCheckDoesNotEndItAndAFailedOneIsShown() {
        serve("web1", "web2", "web3");
        fail("web1", 5);
        loop.healthy("web1");
        assertThat(loop.server("web1").standing()).isEqualTo(Standing.EJECTED);

        loop.fails("web1").fails("web1").fails("web1");
        assertThat(loop.server("web1").standing()).isEqualTo(Standing.DOWN);
        assertThat(loop.server("web1").ejection()).isPresent();
        loop.healthy("web1", "web1");
        assertThat(loop.server("web1").standing()).isEqualTo(Standing.EJECTED);
        sleepUntilWoken(Duration.ofSeconds(10));
        assertThat(loop.server("web1").standing()).isEqualTo(Standing.SERVING);
    }

    @Test
    void neverMoreThanTheShareIsEjectedHoweverManyFail() {
        serve("web1", "web2", "web3");
        loop.take(
                new Input.Tried(
                        List.of(tries("web1", 9, 0), tries("web2", 9, 0), tries("web3", 9, 0))));
        assertThat(loop.candidates())
                .as("one of three is below half")
                .containsExactly("web2", "web3");

        sleepUntilWoken(Duration.ofSeconds(10));
        fail("web2", 1);
        assertThat(loop.candidates())
                .as("its failures are too long ago by now")
                .containsExactly("web1", "web2", "web3");
    }

    @Test
    void whoFailsOnIsEjectedAsSoonAsThereIsRoom() {
        serve("web1", "web2", "web3");
        fail("web1", 5);
        fail("web2", 5);
        assertThat(loop.candidates()).containsExactly("web2", "web3");
        sleepUntilWoken(Duration.ofSeconds(10));
        fail("web2", 5);
        assertThat(loop.candidates()).containsExactly("web1", "web3");
    }

    @Test
    void theOnlyServerIsNotEjected() {
        serve("web1");
        fail("web1", 500);
        assertThat(loop.candidates()).containsExactly("web1");
        assertThat(loop.published()).isFalse();
    }

    @Test
    void anEjectedServerReturnsEarlyWhenTooFewOthersAreLeft() {
        serve("web1", "web2");
        fail("web1", 5);
        loop.fails("web2").fails("web2").fails("web2");
        assertThat(loop.candidates()).containsExactly("web1");
        assertThat(loop.happenings())
                .contains(new Happening.ServerReturned("shop", "web1", "too few others can serve"));

        loop.healthy("web2", "web2");
        fail("web1", 5);
        assertThat(loop.candidates()).containsExactly("web2");
        assertThat(loop.server("web1").ejection()).get().extracting(Ejection::times).isEqualTo(2);
        loop.set("web2", ServerState.DRAIN);
        assertThat(loop.candidates()).as("also when an operator takes it out").contains("web1");
    }

    @Test
    void ofSeveralTheOneThatIsEjectedForTheShortestTimeReturnsFirst() {
        serve("web1", "web2", "web3", "web4");
        fail("web1", 5);
        loop.after(SECOND);
        fail("web2", 5);
        loop.set("web4", ServerState.MAINT);
        assertThat(loop.candidates()).containsExactly("web1", "web3");
    }

    @Test
    void backupsServeWhenEveryOtherServerIsDownOrEjected() {
        Map<String, Server> servers = servers("web1", "web2");
        servers.put("spare", new Server(Loop.address("spare"), 1, 0, Duration.ZERO, true));
        loop.load(of(servers, rule("50%"), "0%")).healthy("web1", "web2", "spare");
        fail("web1", 5);
        assertThat(loop.candidates()).containsExactly("web2");
        loop.fails("web2").fails("web2").fails("web2");
        assertThat(loop.candidates()).containsExactly("spare");
        assertThat(loop.server("web1").standing()).isEqualTo(Standing.EJECTED);
    }

    @Test
    void whereAllMayBeEjectedAllServe() {
        loop.load(of(servers("web1", "web2"), rule("100%"), "0%")).healthy("web1", "web2");
        fail("web1", 5);
        fail("web2", 5);
        assertThat(loop.candidates()).containsExactly("web1", "web2");
        assertThat(loop.shop().availability()).isEqualTo(Availability.DEGRADED);
    }

    @Test
    void aServerThatComesBackStartsSlowly() {
        Map<String, Server> servers = servers("web2");
        servers.put("web1", new Server(Loop.address("web1"), 2, 0, Duration.ofSeconds(19), false));
        loop.load(of(servers, rule("50%"), "0%")).healthy("web1", "web2");
        fail("web1", 5);
        assertThat(loop.server("web1").share()).isEqualTo(2000);
        sleepUntilWoken(Duration.ofSeconds(10));
        assertThat(loop.server("web1").share()).isEqualTo(2000 / 20);
        sleepUntilWoken(SECOND);
        assertThat(loop.server("web1").share()).isEqualTo(2000 * 2 / 20);
    }

    @Test
    void aDrainedServerIsStillEjectedAndOneFromMaintenanceIsNot() {
        serve("web1", "web2", "web3", "web4");
        fail("web1", 5);
        fail("web2", 5);
        loop.set("web1", ServerState.DRAIN);
        assertThat(loop.server("web1").standing()).isEqualTo(Standing.DRAINING);
        loop.set("web1", ServerState.READY);
        assertThat(loop.server("web1").standing()).isEqualTo(Standing.EJECTED);

        loop.set("web1", ServerState.MAINT);
        assertThat(loop.happenings())
                .contains(new Happening.ServerReturned("shop", "web1", "it is in maintenance"));
        loop.set("web1", ServerState.READY);
        loop.healthy("web1");
        assertThat(loop.server("web1").standing()).isEqualTo(Standing.SERVING);
        fail("web1", 5);
        assertThat(loop.server("web1").ejection()).get().extracting(Ejection::times).isEqualTo(1);
    }

    @Test
    void aReloadThatTurnsItOffEndsItAndOneThatMovesTheServerToo() {
        serve("web1", "web2");
        fail("web1", 5);
        loop.load(Loop.shop("web1", "web2"));
        assertThat(loop.candidates()).containsExactly("web1", "web2");
        assertThat(loop.happenings())
                .contains(new Happening.ServerReturned("shop", "web1", "eject is off"));

        serve("web1", "web2");
        fail("web1", 5);
        Map<String, Server> moved = servers("web1", "web2");
        moved.put("web1", Server.at(Loop.address("web9")));
        loop.load(of(moved, rule("50%"), "0%"));
        assertThat(loop.server("web1").ejection()).isEmpty();
        assertThat(loop.last()).isInstanceOf(Happening.BackendAvailabilityChanged.class);

        fail("web1", 9);
        assertThat(loop.effects).as("that was where it is no longer").isEmpty();
    }

    @Test
    void aServerThatIsRemovedLeavesNothingBehind() {
        serve("web1", "web2", "web3");
        fail("web1", 5);
        serve("web2", "web3");
        assertThat(loop.shop().availability()).isEqualTo(Availability.UP);
        loop.after(Duration.ofSeconds(10)).take(new Input.Woken());
        assertThat(loop.effects).isEmpty();
        serve("web1", "web2", "web3");
        assertThat(loop.server("web1").ejection()).isEmpty();
    }

    @Test
    void withoutTheSettingNothingIsDone() {
        loop.load(Loop.shop("web1", "web2")).healthy("web1", "web2");
        fail("web1", 1000);
        assertThat(loop.effects).isEmpty();
    }

    @Test
    void whatIsToldOfServersThatAreNotThereOrDoNotServeIsNothing() {
        serve("web1", "web2");
        loop.take(
                new Input.Tried(
                        List.of(
                                tries("web9", 9, 0),
                                new ServerTries(
                                        new ServerId("other", "web1"),
                                        Loop.address("web1"),
                                        9,
                                        0))));
        assertThat(loop.effects).isEmpty();
        loop.set("web1", ServerState.DRAIN);
        fail("web1", 9);
        assertThat(loop.effects).isEmpty();
    }

    @Test
    void tooFewServersPanicAndRecover() {
        loop.load(of(servers("web1", "web2", "web3"), rule("50%"), "50%"))
                .healthy("web1", "web2", "web3");
        fail("web1", 5);
        assertThat(loop.shop().panic()).isFalse();
        loop.set("web3", ServerState.DRAIN);
        loop.set("web3", ServerState.READY);
        loop.fails("web2").fails("web2").fails("web2");
        loop.fails("web3").fails("web3").fails("web3");
        assertThat(loop.shop().panic()).isTrue();
        assertThat(loop.candidates()).containsExactly("web1", "web2", "web3");
        assertThat(loop.happenings())
                .contains(new Happening.BackendPanicChanged("shop", true, 1, 3));

        loop.healthy("web2", "web2");
        assertThat(loop.shop().panic()).isFalse();
        assertThat(loop.candidates()).containsExactly("web1", "web2");
        assertThat(loop.last()).isEqualTo(new Happening.BackendPanicChanged("shop", false, 2, 3));
    }

    @Test
    void panicTellsTheNumbersThatItIsDecidedBy() {
        Map<String, Server> servers = servers("web1", "web2", "web3", "web4");
        servers.put("spare", new Server(Loop.address("spare"), 1, 0, Duration.ZERO, true));
        loop.load(of(servers, rule("50%"), "50%")).healthy("web1", "web2", "web3", "web4", "spare");
        loop.set("web4", ServerState.DRAIN);
        loop.fails("web1").fails("web1").fails("web1");
        assertThat(loop.shop().panic()).isFalse();
        loop.fails("web2").fails("web2").fails("web2");
        assertThat(loop.happenings())
                .as("neither the drained server nor the backup counts")
                .contains(new Happening.BackendPanicChanged("shop", true, 1, 3));
    }

    @Test
    void whereAllAreTriedInPanicItIsNotToldThatAllCanServe() {
        loop.load(of(servers("web1", "web2"), rule("50%"), "50%")).healthy("web1", "web2");
        loop.fails("web1").fails("web1").fails("web1");
        loop.fails("web2").fails("web2").fails("web2");
        assertThat(loop.candidates()).containsExactly("web1", "web2");
        assertThat(loop.happenings())
                .endsWith(
                        new Happening.BackendPanicChanged("shop", true, 0, 2),
                        new Happening.BackendAvailabilityChanged("shop", "degraded", "down", 0, 2));
    }

    /** What failed in a second in which nothing was answered. */
    private void fail(String server, int failed) {
        tried(server, failed, 0);
    }

    private void tried(String server, int failed, int answered) {
        loop.take(new Input.Tried(List.of(tries(server, failed, answered))));
    }

    private static ServerTries tries(String server, int failed, int answered) {
        return new ServerTries(
                new ServerId("shop", server), Loop.address(server), failed, answered);
    }

    private void serve(String... names) {
        loop.load(of(servers(names), rule("50%"), "0%"));
        for (String name : names) {
            if (loop.server(name).health() == Health.UNKNOWN) {
                loop.healthy(name);
            }
        }
    }

    /** The wake-up that the last input asked for comes after this time, and not before. */
    private void sleepUntilWoken(Duration time) {
        long due = loop.wake;
        assertThat(Duration.ofNanos(due - loop.now().nanos())).isEqualTo(time);
        loop.after(time.minusNanos(1)).take(new Input.Woken());
        assertThat(loop.published()).isFalse();
        loop.after(Duration.ofNanos(1)).take(new Input.Woken());
        assertThat(loop.published()).isTrue();
    }

    private static Map<String, Server> servers(String... names) {
        Map<String, Server> servers = new LinkedHashMap<>();
        for (String name : names) {
            servers.put(name, Server.at(Loop.address(name)));
        }
        return servers;
    }

    /** 10 s at first, 1 min at most. */
    private static Eject rule(String share) {
        Eject standard = Eject.STANDARD;
        return new Eject(
                standard.failures(),
                standard.within(),
                standard.onStatus(),
                standard.base(),
                Duration.ofMinutes(1),
                Percent.parse(share));
    }

    private static Configuration of(Map<String, Server> servers, Eject rule, String panic) {
        Backend backend = new BackendEdit(Backend.of(servers)).eject(rule, panic);
        return Loop.of(Map.of("shop", backend));
    }
}
