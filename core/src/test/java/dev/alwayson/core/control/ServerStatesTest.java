package dev.alwayson.core.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.Server;
import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.balance.Standing;
import dev.alwayson.core.journal.Happening;
import dev.alwayson.core.target.Health;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerStatesTest {

    private static final Effect.Outcome DONE = new Effect.Outcome.Done();

    private final Loop loop = new Loop();

    @Test
    void aDrainHoldsAtOnceAndIsAnsweredWhenItIsStored() {
        loop.load(Loop.shop("web1", "web2")).healthy("web1", "web2");

        long drain = loop.set("web1", ServerState.DRAIN);
        assertThat(loop.candidates()).containsExactly("web2");
        assertThat(loop.published()).isTrue();
        assertThat(loop.last())
                .isEqualTo(
                        new Happening.ServerStateChanged(
                                "shop", "web1", "ready", "drain", "operator"));
        RuntimeChanges saved = loop.effects(Effect.SaveRuntime.class).getFirst().changes();
        assertThat(saved.states())
                .containsExactly(Map.entry(new ServerId("shop", "web1"), ServerState.DRAIN));
        assertThat(answers()).isEmpty();

        loop.take(new Input.RuntimeSaved(saved.version(), Optional.empty()));
        assertThat(answers()).containsExactly(new Effect.Answer(drain, DONE));
    }

    @Test
    void aDrainedServerIsStillChecked() {
        loop.load(Loop.shop("web1", "web2")).healthy("web1", "web2");
        loop.set("web1", ServerState.DRAIN);
        loop.fails("web1").fails("web1").fails("web1");
        assertThat(loop.server("web1").health()).isEqualTo(Health.UNHEALTHY);
        assertThat(loop.server("web1").standing()).isEqualTo(Standing.DRAINING);

        loop.set("web1", ServerState.READY);
        assertThat(loop.server("web1").standing()).isEqualTo(Standing.DOWN);
    }

    @Test
    void aChangeThatCannotBeStoredHoldsAndSaysSo() {
        loop.load(Loop.shop("web1", "web2"));
        long drain = loop.set("web1", ServerState.DRAIN);
        loop.take(new Input.RuntimeSaved(1, Optional.of("disk full")));

        assertThat(answers())
                .containsExactly(
                        new Effect.Answer(drain, new Effect.Outcome.NotStored("disk full")));
        assertThat(loop.last()).isEqualTo(new Happening.RuntimeChangeNotStored("disk full"));
        assertThat(loop.events.getLast().cause())
                .contains(loop.events.get(loop.events.size() - 2).id());
        assertThat(loop.server("web1").state()).isEqualTo(ServerState.DRAIN);
    }

    @Test
    void theSameAgainIsDoneAtOnceOnceItIsStored() {
        loop.load(Loop.shop("web1", "web2"));
        loop.set("web1", ServerState.DRAIN);
        long waits = loop.set("web1", ServerState.DRAIN);
        assertThat(loop.effects).as("waits for the store like the first").isEmpty();
        loop.take(new Input.RuntimeSaved(1, Optional.empty()));
        assertThat(answers()).hasSize(2).contains(new Effect.Answer(waits, DONE));

        long again = loop.set("web1", ServerState.DRAIN);
        assertThat(loop.effects).containsExactly(new Effect.Answer(again, DONE));
    }

    @Test
    void theSameAgainAfterAFailureIsStoredOnceMore() {
        loop.load(Loop.shop("web1", "web2"));
        loop.set("web1", ServerState.DRAIN);
        loop.take(new Input.RuntimeSaved(1, Optional.of("disk full")));

        long again = loop.set("web1", ServerState.DRAIN);
        assertThat(loop.effects).singleElement().isInstanceOf(Effect.SaveRuntime.class);
        loop.take(new Input.RuntimeSaved(1, Optional.empty()));
        assertThat(answers()).containsExactly(new Effect.Answer(again, DONE));
    }

    @Test
    void aNewerVersionThatIsStoredHoldsTheOlderChangesToo() {
        loop.load(Loop.shop("web1", "web2"));
        long first = loop.set("web1", ServerState.DRAIN);
        long second = loop.set("web2", ServerState.DRAIN);
        loop.take(new Input.RuntimeSaved(2, Optional.empty()));
        assertThat(answers())
                .containsExactly(new Effect.Answer(first, DONE), new Effect.Answer(second, DONE));
    }

    @Test
    void theLateFailureOfAnOlderVersionIsNoNews() {
        loop.load(Loop.shop("web1", "web2"));
        loop.set("web1", ServerState.DRAIN);
        loop.set("web2", ServerState.DRAIN);
        loop.take(new Input.RuntimeSaved(2, Optional.empty()));
        loop.take(new Input.RuntimeSaved(1, Optional.of("disk full")));
        assertThat(loop.effects).isEmpty();
    }

    @Test
    void aServerThatIsNotConfiguredIsUnknown() {
        loop.load(Loop.shop("web1", "web2"));
        long command = loop.set("wbe1", ServerState.DRAIN);
        assertThat(loop.effects)
                .containsExactly(
                        new Effect.Answer(
                                command, new Effect.Outcome.Unknown("shop/wbe1", "shop/web1")));
        assertThat(loop.set("web3", ServerState.READY)).isPositive();
        assertThat(answers().getFirst().outcome()).isInstanceOf(Effect.Outcome.Unknown.class);
    }

    @Test
    void readyForgetsTheEntryOfAServerThatIsGone() {
        ServerId gone = new ServerId("shop", "web9");
        Loop started = new Loop(new RuntimeChanges(7, Map.of(gone, ServerState.DRAIN)));
        started.load(Loop.shop("web1"));
        assertThat(started.snapshot().changes().states()).containsKey(gone);

        started.set("web9", ServerState.READY);
        assertThat(started.snapshot().changes()).isEqualTo(new RuntimeChanges(8, Map.of()));
        assertThat(started.effects(Effect.SaveRuntime.class)).hasSize(1);
    }

    @Test
    void whatWasStoredHoldsFromTheStart() {
        ServerId web1 = new ServerId("shop", "web1");
        Loop started = new Loop(new RuntimeChanges(3, Map.of(web1, ServerState.MAINT)));
        started.load(Loop.shop("web1", "web2"));
        assertThat(started.candidates()).containsExactly("web2");
        assertThat(started.probes).hasSize(1);
        started.healthy("web2");
        assertThat(started.snapshot().checked()).isTrue();
    }

    @Test
    void aServerInMaintenanceIsNotCheckedAndComesBackUnchecked() {
        loop.load(Loop.shop("web1", "web2")).healthy("web1", "web2");
        loop.set("web1", ServerState.MAINT);
        assertThat(loop.server("web1").standing()).isEqualTo(Standing.MAINTENANCE);
        assertThat(loop.last())
                .isEqualTo(
                        new Happening.ServerHealthChanged(
                                "shop",
                                "web1",
                                Health.HEALTHY,
                                Health.UNKNOWN,
                                "in maintenance, not checked"));
        loop.fails("web1");
        assertThat(loop.effects).as("the late result is void").isEmpty();

        loop.set("web1", ServerState.READY);
        assertThat(loop.effects(Effect.Probe.class))
                .singleElement()
                .satisfies(probe -> assertThat(probe.delay()).isZero());
        assertThat(loop.server("web1").standing()).isEqualTo(Standing.UNCHECKED);
        loop.healthy("web1");
        assertThat(loop.candidates()).containsExactly("web1", "web2");
    }

    @Test
    void aTargetThatAnotherServerUsesIsCheckedOn() {
        Server shared = Server.at(Loop.address("web1"));
        Backend one = Backend.of(Map.of("web1", shared));
        loop.load(Loop.of(Map.of("shop", one, "api", one))).healthy("web1");
        loop.set("web1", ServerState.MAINT);
        assertThat(loop.server("web1").health()).isEqualTo(Health.HEALTHY);
        loop.healthy("web1");
        assertThat(loop.effects).hasSize(1);
    }

    @Test
    void whenTheLastOfThoseThatShareATargetGoesIntoMaintenanceNothingIsKnownOfAny() {
        Backend one = Backend.of(Map.of("web1", Server.at(Loop.address("web1"))));
        loop.load(Loop.of(Map.of("shop", one, "api", one))).healthy("web1");
        loop.set("web1", ServerState.MAINT);
        loop.take(
                new Input.SetServerState(
                        9, new ServerId("api", "web1"), ServerState.MAINT, "operator"));
        assertThat(loop.server("web1").health()).isEqualTo(Health.UNKNOWN);
    }

    @Test
    void aDiskThatNeverAnswersKeepsABoundedNumberWaiting() {
        loop.load(Loop.shop("web1", "web2"));
        for (int i = 0; i < Saves.MOST_WAITING; i++) {
            loop.set("web1", i % 2 == 0 ? ServerState.DRAIN : ServerState.READY);
            assertThat(answers()).isEmpty();
        }
        loop.set("web1", ServerState.DRAIN);
        assertThat(answers().getFirst().outcome()).isInstanceOf(Effect.Outcome.NotStored.class);
    }

    private List<Effect.Answer> answers() {
        return loop.effects(Effect.Answer.class);
    }
}
