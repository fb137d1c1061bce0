package dev.alwayson.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What values may refer to, and that what the environment holds stays unseen. */
class ReferencesToTheEnvironmentTest {

    private static final String CHECKED =
            """
            backends:
              b: {servers: {s: "${env:HOST}:80"}, health-check: {http: /, expect-text: "${env:WORD}!"}}
            """;

    private static final Environment SECRETS =
            new Environment(
                    Optional.empty(),
                    Optional.of("host7"),
                    Map.of("HOST", "h1dden", "WORD", "hunter2", "DIR", "/s3cret", "EMPTY", ""));

    @TempDir Path folder;

    private WrittenFile file(String text) throws IOException {
        boolean whole = text.contains("frontends:");
        return WrittenFile.of(folder, whole ? text : text + "\nfrontends: {}\n").in(SECRETS);
    }

    @Test
    void theNodesNameIsThatOfTheCommandLineElseOfTheFileElseOfTheHost() throws IOException {
        Environment named = new Environment(Optional.of("lb9"), Optional.of("host7"), Map.of());
        assertThat(file("node: lb2\ndata: '${node}/x'").in(named).valid().node()).isEqualTo("lb9");
        assertThat(file("data: '${node}/x'\nnode: lb2").valid().node()).isEqualTo("lb2");
        assertThat(file("data: '${node}/x'\nnode: lb2").configuration().data())
                .isEqualTo(folder.resolve("lb2/x"));
        assertThat(file("data: '${node}/x'").configuration().data())
                .isEqualTo(folder.resolve("host7/x"));
    }

    @Test
    void aNodeWithoutAnyNameIsAProblem() throws IOException {
        Environment nameless = new Environment(Optional.empty(), Optional.empty(), Map.of());
        assertThat(file("").in(nameless).problems())
                .containsExactly("a.yaml: this node has no name: start with --node NAME");
    }

    @Test
    void aNodeCannotBeCalledAnything() throws IOException {
        Environment odd = new Environment(Optional.of("my node"), Optional.empty(), Map.of());
        assertThat(file("").in(odd).problems())
                .containsExactly(
                        "a.yaml: this node's name my node: must be a name of letters, digits, dots,"
                                + " dashes and underscores, at most 64 long; start with --node"
                                + " NAME");
    }

    @Test
    void aVariableStandsInAnyValue() throws IOException {
        assertThat(file(CHECKED).backend("b").healthCheck())
                .hasValueSatisfying(c -> assertThat(c.expectText()).contains("hunter2!"));
    }

    @Test
    void whatAVariableHoldsIsInNoEffectiveConfiguration() throws IOException {
        String effective = EffectiveConfiguration.of(file(CHECKED).valid());
        assertThat(effective)
                .contains("expect-text: \"${env:WORD}!\"", "address: \"${env:HOST}:80\"")
                .doesNotContain("hunter2", "h1dden");
        assertThat(file(effective).configuration()).isEqualTo(file(CHECKED).configuration());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node: ${env:WORD} x",
                "data: {a: '${env:WORD}'}",
                "frontends: {a: {bind: '${env:HOST}', backend: '${env:WORD}'}}",
                "frontends: {a: {bind: '${env:HOST}:80', mode: '${env:WORD}', max-body: '${env:WORD}'}}",
                "frontends: {a: {bind: '${env:HOST}:80', backend: '${env:WORD}'},"
                        + " b: {bind: '${env:HOST}:80', backend: '${env:WORD}/primary'}}",
                "admin: {bind: '${env:HOST}:1', token-file: '${env:DIR}/x'}",
                "admin: {bind: '${env:HOST}:1'}",
                "backends: {b: {health-check: {interval: '${env:WORD}'}}}",
                "backends: {b: {when-down: {body-file: '${env:DIR}/${env:WORD}'}}}",
                "backends: {b: {servers: {a: '${env:HOST}:0'}, when-down: {backend: '${env:WORD}'}}}",
                "node: ${env:DIR}"
            })
    void whatAVariableHoldsIsInNoProblem(String text) throws IOException {
        assertThat(file(text).problems())
                .isNotEmpty()
                .allSatisfy(problem ->
                        assertThat(problem).doesNotContain("hunter2", "h1dden", "s3cret"));
    }

    @Test
    void theEnvironmentItselfDoesNotPrintItsVariables() {
        assertThat(SECRETS.toString()).doesNotContain("hunter2");
    }

    @Test
    void twoDollarsStandForOne() throws IOException {
        assertThat(file("data: a$${node}$$x$\n").configuration().data())
                .isEqualTo(folder.resolve("a${node}$$x$"));
    }

    @Test
    void aReferenceToNothingIsToldWithWhatToDo() throws IOException {
        assertThat(file("data: '${env:NONE}'\n").problems())
                .containsExactly(
                        "a.yaml:1:7: data: ${env:NONE}: the variable NONE must be set in the"
                                + " environment");
        assertThat(file("data: '${home}'\n").problems())
                .containsExactly(
                        "a.yaml:1:7: data: ${home}: a reference must be ${node} or ${env:NAME}; $${"
                                + " stands for ${ itself");
        assertThat(file("data: 'a${node'\n").problems())
                .containsExactly(
                        "a.yaml:1:7: data: a${node: a reference must be ${node} or ${env:NAME}; $${"
                                + " stands for ${ itself");
        assertThat(file("data: '${env:EMPTY}'\n").problems())
                .containsExactly("a.yaml:1:7: data: ${env:EMPTY}: must be the path of a folder");
    }
}
