package dev.alwayson.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.balance.Frontend;
import dev.alwayson.core.balance.Mode;
import dev.alwayson.core.setting.HostAndPort;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever is connected when an address is given up has an answer, however many come. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GiveUpTest {

    private static final int TIMES = 3;
    private static final int SOME = 300;
    private static final Duration LONG = Duration.ofSeconds(30);

    private static RawServer server() throws Exception {
        return RawServer.of(peer -> {
            peer.head();
            peer.answer("whole");
        });
    }

    @ParameterizedTest
    @EnumSource
    void aStopResetsNobody(Mode mode) throws Exception {
        for (int i = 0; i < TIMES; i++) {
            try (RawServer server = server();
                    Rig rig = Rig.of(server).frontend(web -> in(mode, web)).load();
                    Flood flood = Flood.on(rig.port(), "whole")) {
                flood.awaitAnswered(SOME);

                rig.proxy.announceStop();
                rig.proxy.stopAccepting();
                assertThat(rig.proxy.awaitIdle(LONG)).as("it comes to its end").isTrue();
                flood.awaitRefused();

                assertThat(flood.lost()).isEmpty();
            }
        }
    }

    private static Frontend in(Mode mode, Frontend web) {
        return mode == Mode.TCP ? Settings.tcp(web) : web;
    }

    @Test
    void aReloadThatGivesUpAnAddressResetsNobody() throws Exception {
        for (int i = 0; i < TIMES; i++) {
            try (RawServer server = server();
                    Rig rig = Rig.of(server);
                    Flood flood = Flood.on(rig.port(), "whole")) {
                flood.awaitAnswered(SOME);

                rig.withoutFrontend().load();
                // What happens meanwhile is taken over, and forgets nobody.
                rig.load().load();
                flood.awaitRefused();

                assertThat(flood.lost()).isEmpty();
            }
        }
    }

    @Test
    void anAddressThatIsTakenBackAtOnceResetsNobody() throws Exception {
        HostAndPort one = FreeAddress.find();
        try (RawServer server = server();
                Rig rig = Rig.of(server).frontend(_ -> Frontend.http(one, "app")).load();
                Flood flood = Flood.on(one.port(), "whole")) {
            for (int i = 0; i < 10 * TIMES; i++) {
                rig.withoutFrontend().load();
                rig.frontend(web -> web).load();
            }
            flood.awaitAnswered(SOME);
            rig.withoutFrontend().load();
            flood.awaitRefused();

            assertThat(flood.lost()).isEmpty();
        }
    }

    @Test
    void aFrontendThatMovesWithinItsPortRefusesNobody() throws Exception {
        HostAndPort one = FreeAddress.find();
        HostAndPort every = new HostAndPort("", one.port());
        try (RawServer server = server();
                Rig rig = Rig.of(server).frontend(_ -> Frontend.http(one, "app")).load();
                Flood flood = Flood.on(one.port(), "whole")) {
            for (int i = 0; i < TIMES; i++) {
                flood.awaitAnswered(SOME);
                rig.frontend(_ -> Frontend.http(every, "app")).load();
                flood.awaitAnswered(SOME);
                rig.frontend(_ -> Frontend.http(one, "app")).load();
            }
            flood.awaitAnswered(SOME);

            assertThat(flood.lost()).isEmpty();
            assertThat(flood.refused()).isZero();
        }
    }
}
