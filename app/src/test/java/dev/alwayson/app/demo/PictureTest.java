package dev.alwayson.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PictureTest {

    private static final Look.Line RELOAD =
            new Look.Line(
                    Duration.ofSeconds(12),
                    false,
                    "configuration applied, asked by admin: backend shop: server web1: weight"
                            + " changed from 1 to 3");

    private static Look look(int storyLines) {
        return look(
                IntStream.range(0, storyLines)
                        .mapToObj(i ->
                                new Look.Line(Duration.ofSeconds(i), i % 2 == 0, "x".repeat(100)))
                        .toList());
    }

    private static Look look(List<Look.Line> story) {
        return new Look(
                Duration.ofSeconds(72),
                Duration.ofSeconds(90),
                28_123,
                new Recent.Second(99_999, 600, 1_250_000, Map.of("web1", 64L, "web2", 99_999L)),
                new Tally.Totals(1_234_567, 3, 0, Map.of()),
                4711,
                List.of(
                        new ServerStatus("web1", "healthy", "serving", 3, ""),
                        new ServerStatus("web2", "unhealthy", "down", 0, "refused"),
                        new ServerStatus("a-very-long-name", "unknown", "unchecked", 0, ""),
                        new ServerStatus("web4", "healthy", "serving", 12, "")),
                "web2 is killed (SIGKILL)",
                story);
    }

    @Test
    void aReloadIsToldToItsLastWordAt80ColumnsAndOnOneLineWhereThereIsRoom() {
        Picture picture = new Picture(new Colour(false));
        Look look = look(Collections.nCopies(7, RELOAD));

        List<String> narrow = picture.lines(look, Picture.WIDTH);
        assertThat(narrow).hasSize(Picture.LINES).allMatch(line -> line.length() <= 79);
        assertThat(narrow)
                .containsSequence(
                        " 0:12    configuration applied, asked by admin: backend shop: server web1:",
                        "         weight changed from 1 to 3");
        assertThat(narrow.get(Picture.LINES - 9)).as("none begins in its middle").contains("0:12");

        assertThat(picture.lines(look, 119))
                .hasSize(Picture.LINES)
                .filteredOn(line -> line.endsWith("server web1: weight changed from 1 to 3"))
                .hasSize(7);
    }

    @Test
    void takesTheTerminalsWidthAndFollowsIt() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Deque<String> sizes = new ArrayDeque<>(List.of("0 0", "40 120", "", "40 80"));
        Stage stage =
                new Stage.Terminal(
                        new PrintStream(bytes, true, StandardCharsets.UTF_8),
                        new Colour(false),
                        () -> TerminalSize.read(sizes.remove()));
        List<Boolean> wide = new ArrayList<>();
        for (int second = 0; second < 4; second++) {
            bytes.reset();
            for (int look = 0; look < stage.looksPerSecond(); look++) {
                stage.show(look(List.of(RELOAD)));
            }
            String shown = bytes.toString(StandardCharsets.UTF_8);
            wide.add(shown.contains("web1: weight changed from 1 to 3"));
            assertThat(shown.contains("\033[2J"))
                    .as("drawn anew when narrower")
                    .isEqualTo(second == 3);
        }
        assertThat(wide).containsExactly(false, true, true, false);
    }

    @Test
    void nothingIsDrawnOnceTheTerminalHasItsCursorBack() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Stage stage =
                new Stage.Terminal(
                        new PrintStream(bytes, true, StandardCharsets.UTF_8),
                        new Colour(false),
                        Optional::empty);
        stage.show(look(1));
        stage.close(); // by whom a signal has called, while the next picture is made
        stage.show(look(2));

        assertThat(bytes.toString(StandardCharsets.UTF_8)).endsWith("\033[?25h");
    }

    @Test
    void fitsATerminalOf80By24HoweverMuchThereIsToTell() {
        for (int lines : List.of(0, 1, 50)) {
            assertThat(new Picture(new Colour(false)).lines(look(lines), Picture.WIDTH))
                    .as("no line may remain of a larger picture")
                    .hasSize(Picture.LINES)
                    .allMatch(line -> line.length() <= 79);
        }
    }

    @Test
    void isDrawnOnlyWhereItFits() {
        assertThat(TerminalSize.read("24 80\n"))
                .hasValueSatisfying(size -> assertThat(size.holdsPicture()).isTrue());
        for (String small : List.of("24 79", "22 80", "1 1")) {
            assertThat(TerminalSize.read(small))
                    .hasValueSatisfying(size -> assertThat(size.holdsPicture()).isFalse());
        }
        for (String unknown : List.of("0 0", "", "stty: no terminal")) {
            assertThat(TerminalSize.read(unknown)).isEmpty();
        }
    }

    @Test
    void saysHowTheTrafficIsAndHowEachServerIs() {
        assertThat(String.join("\n", new Picture(new Colour(false)).lines(look(3), Picture.WIDTH)))
                .contains("1:12 of 1:30", "p50 0.6 ms", "p99 1.3 s", "1,234,567 answered")
                .contains("4,711 saved by a retry", "failed 3")
                .containsPattern("web1 +healthy +64 ########  ")
                .containsPattern("web2 +unhealthy")
                .contains("fault    web2 is killed (SIGKILL)");
    }

    @Test
    void colourIsForTerminalsAndNeverAgainstTheUsersWish() {
        assertThat(Colour.of(true, "", "xterm").on()).isTrue();
        assertThat(Colour.of(true, "1", "xterm").on()).isFalse();
        assertThat(Colour.of(true, "", "dumb").on()).isFalse();
        assertThat(Colour.of(false, "", "xterm").on()).isFalse();
        assertThat(String.join("", new Picture(new Colour(false)).lines(look(9), Picture.WIDTH)))
                .doesNotContain("\033");
    }

    @Test
    void withoutATerminalEachLineOfTheStoryIsToldOnce() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Stage stage = new Stage.Lines(new PrintStream(bytes, true, StandardCharsets.UTF_8));

        stage.show(look(2));
        stage.show(look(3));

        String output = bytes.toString(StandardCharsets.UTF_8);
        assertThat(output.lines().filter(line -> line.endsWith("xxx"))).hasSize(3);
        assertThat(output.lines().filter(line -> line.contains("requests/s"))).hasSize(2);
        assertThat(output).doesNotContain("\033");
    }

    @Test
    void aTerminalsPictureIsDrawnOverTheOneBefore() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Stage stage =
                new Stage.Terminal(
                        new PrintStream(bytes, true, StandardCharsets.UTF_8),
                        new Colour(true),
                        Optional::empty);

        stage.show(look(2));
        assertThat(bytes.toString(StandardCharsets.UTF_8)).doesNotContain("\033[22A");
        stage.show(look(3));
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("\033[22A");
        stage.close();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).endsWith("\033[?25h");
    }
}
