package dev.alwayson.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.setting.HostAndPort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AdmissionTest {

    private static final Asked STATUS =
            new Asked("/api/v1/status", "127.0.0.1:7070", Optional.empty(), Optional.empty(), "");

    private final Admission open =
            new Admission(new HostAndPort("admin.lb1", 7070), Optional.empty());

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:7070",
                "localhost:7070",
                "LOCALHOST",
                "[::1]:7070",
                "10.0.0.11:7070",
                "admin.lb1:7070"
            })
    void itsOwnNamesAndAddressesAreKnown(String host) {
        assertThat(open.refuse(withHost(host))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example:7070",
                "",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "1.2.3.4.5",
                "999.1.1.1",
                "[:::]",
                "[::1%eth0]",
                "[::1].evil.example"
            })
    void aNameThatSomebodyElsesDnsPointsHereIsRefused(String host) {
        assertThat(open.refuse(withHost(host))).map(Refusal::status).contains(421);
    }

    @Test
    void healthIsOpenUnderAnyName() {
        Asked probe =
                new Asked(
                        "/health/ready",
                        "lb1.example.com",
                        Optional.of("https://evil.example"),
                        Optional.of("cross-site"),
                        "");
        assertThat(open.refuse(probe)).isEmpty();
    }

    @Test
    void aPathThatOnlyBeginsLikeHealthIsNotOpen() {
        Asked lookalike =
                new Asked("/healthy", "evil.example", Optional.empty(), Optional.empty(), "");
        assertThat(open.refuse(lookalike)).map(Refusal::status).contains(421);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "null",
                "http://localhost:9999",
                "https://127.0.0.1:7070"
            })
    void aPageOfAnotherSiteIsRefused(String origin) {
        Asked asked =
                new Asked(
                        "/api/v1/status",
                        "127.0.0.1:7070",
                        Optional.of(origin),
                        Optional.empty(),
                        "");
        assertThat(open.refuse(asked)).map(Refusal::status).contains(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", "something-new"})
    void aBrowserThatSaysItComesFromElsewhereIsRefused(String site) {
        Asked asked =
                new Asked("/metrics", "127.0.0.1:7070", Optional.empty(), Optional.of(site), "");
        assertThat(open.refuse(asked)).map(Refusal::status).contains(403);
    }

    @Test
    void itsOwnPageMayAsk() {
        Asked asked =
                new Asked(
                        "/api/v1/reload",
                        "localhost:7070",
                        Optional.of("http://localhost:7070"),
                        Optional.of("same-origin"),
                        "");
        assertThat(open.refuse(asked)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "application/x-www-form-urlencoded",
                "multipart/form-data",
                "text/plain",
                "text/plain; application/json",
                "application/jsonx"
            })
    void whatAFormCanSendChangesNothing(String contentType) {
        assertThat(Admission.refuseChange(contentType)).map(Refusal::status).contains(415);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "APPLICATION/JSON",
                "Application/json; charset=utf-8",
                "application/json ;a=b"
            })
    void jsonMayChangeThingsHoweverItIsWritten(String contentType) {
        assertThat(Admission.refuseChange(contentType)).isEmpty();
    }

    @Test
    void withATokenOnlyTheTokenCounts() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "sesame-7\n");
        Admission guarded = new Admission(new HostAndPort("", 7070), Optional.of(Token.read(file)));

        assertThat(guarded.refuse(withToken("Bearer sesame-7"))).isEmpty();
        assertThat(guarded.refuse(withToken("bearer  sesame-7"))).isEmpty();
        for (String wrong :
                new String[] {"", "Bearer", "Bearer ", "Bearer sesame-8", "Basic sesame-7"}) {
            assertThat(guarded.refuse(withToken(wrong))).map(Refusal::status).contains(401);
        }
    }

    private static Asked withHost(String host) {
        return new Asked(
                STATUS.path(), host, STATUS.origin(), STATUS.fetchSite(), STATUS.authorization());
    }

    private static Asked withToken(String authorization) {
        return new Asked(
                STATUS.path(),
                "lb1.example.com:7070",
                STATUS.origin(),
                STATUS.fetchSite(),
                authorization);
    }
}
