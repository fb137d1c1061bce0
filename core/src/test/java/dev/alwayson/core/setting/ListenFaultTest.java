package dev.alwayson.core.setting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ListenFaultTest {

    @Test
    void eachFaultHasItsOwnNextStep() {
        assertThat(words("Address already in use"))
                .isEqualTo("Address already in use; stop what uses it, or choose another address");
        assertThat(words("Permission denied"))
                .isEqualTo(
                        "Permission denied; a port below 1024 takes root, or the right that"
                                + " AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit gives:"
                                + " give it, or choose another address");
        assertThat(words("Cannot assign requested address"))
                .isEqualTo(
                        "Cannot assign requested address; no interface of this machine has it:"
                                + " correct it, give it to an interface, or choose another"
                                + " address");
        assertThat(words("Too many open files"))
                .isEqualTo("Too many open files; raise LimitNOFILE= of the unit, or ulimit -n");
        assertThat(words("the name does not resolve"))
                .isEqualTo("the name does not resolve; correct it, or choose another address");
    }

    @Test
    void whoeverAskedTheSystemItsWordsAreTheSame() {
        assertThat(words("bind(..) failed with error(-98): Address already in use"))
                .isEqualTo(words("Address already in use"));
        assertThat(words("listen(..) failed with error(-98): Address already in use"))
                .isEqualTo(words("Address already in use"));
    }

    private static String words(String why) {
        return ListenFault.words(why, "another address");
    }
}
