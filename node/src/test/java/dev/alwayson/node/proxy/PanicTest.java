package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Backend;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.balance.WhenDown;
import dev.alwayson.core.setting.Percent;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where fewer than half of the servers pass their checks, all that are ready serve. */
class PanicTest {

    private static Backend panicking(Backend backend) {
        return Settings.panic(Settings.checked(backend), Percent.parse("50%"));
    }

    @Test
    void serversThatAreDownServeBesideTheFewThatAreLeftUntilThereAreEnough() throws Exception {
        try (RawServer healthy = RawServer.answering("healthy");
                RawServer flapping = RawServer.answering("flapping");
                RawServer dead = RawServer.answering("never");
                RawServer drained = RawServer.answering("drained");
                Rig rig = Rig.of(PanicTest::panicking, healthy, flapping, dead, drained);
                RawClient client = rig.client()) {
            rig.state("s4", ServerState.DRAIN).health(healthy.address(), true);
            rig.health(flapping.address(), false);
            rig.health(dead.address(), false);
            dead.kill();
            for (int i = 0; i < 30; i++) {
                assertThat(client.get("/").body()).isIn("healthy", "flapping");
            }
            assertThat(healthy.heads()).hasSizeBetween(10, 20);
            assertThat(flapping.heads()).hasSize(30 - healthy.heads().size());
            assertThat(drained.connections()).isZero();

            rig.health(dead.address(), false).state("s4", ServerState.READY);
            rig.health(drained.address(), true);
            int asked = flapping.heads().size();
            for (int i = 0; i < 10; i++) {
                assertThat(client.get("/").body()).isIn("healthy", "drained");
            }
            assertThat(flapping.heads()).as("two of four are enough").hasSize(asked);
        }
    }

    @Test
    void whereNobodyPassesItsChecksAllAreTriedBeforeWhenDownIsServed() throws Exception {
        WhenDown sorry = new WhenDown(203, Optional.empty(), Optional.empty());
        try (RawServer one = RawServer.answering("one");
                RawServer other = RawServer.answering("other");
                Rig rig = Rig.of(b -> Settings.whenDown(panicking(b), sorry), one, other);
                RawClient client = rig.client()) {
            rig.health(one.address(), false).health(other.address(), false);
            one.kill();
            for (int i = 0; i < 4; i++) {
                assertThat(client.get("/").body()).isEqualTo("other");
            }
            other.kill();
            assertThat(client.get("/").status()).isEqualTo(203);
        }
    }
}
