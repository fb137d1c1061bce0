package dev.alwayson.node.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.node.proxy.http.Refusal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.ObjectMapper;

/** The page about the access log says what is written. */
class AccessLogDocumentTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]*) \\|");
    private static final Pattern WORD = Pattern.compile("`([^`]+)`");

    /** Of bodies and of servers: logged as {@code body-malformed} and {@code server-protocol}. */
    private static final EnumSet<Refusal> NEVER_OF_A_HEAD =
            EnumSet.of(
                    Refusal.BAD_STATUS,
                    Refusal.BAD_CHUNK_SIZE,
                    Refusal.BAD_CHUNK_EXTENSION,
                    Refusal.CHUNK_EXTENSION_TOO_LONG,
                    Refusal.BAD_CHUNK_END,
                    Refusal.TRAILERS_TOO_LARGE);

    @Test
    void everyMemberIsListedInItsOrder() throws Exception {
        LineBuffer line = new LineBuffer();
        AccessEntry entry = new AccessEntry();
        entry.hasRequestId = true;
        new JsonLine().put(entry, line);
        List<String> members =
                new ArrayList<>(
                        new ObjectMapper()
                                .readTree(
                                        new String(
                                                line.bytes,
                                                0,
                                                line.size,
                                                StandardCharsets.US_ASCII))
                                .propertyNames());
        assertThat(words("## JSON", "## The state")).containsExactlyElementsOf(members);
    }

    @Test
    void everyReasonForARefusalIsListed() throws Exception {
        List<String> reasons = new ArrayList<>();
        for (Refusal refusal : EnumSet.complementOf(NEVER_OF_A_HEAD)) {
            reasons.add(refusal.word());
        }
        assertThat(words("## The reasons", "## HAProxy's form"))
                .containsExactlyInAnyOrderElementsOf(reasons);
    }

    @Test
    void everyLetterOfTheStateIsListed() throws Exception {
        String section = section("## The state", "## The reasons");
        for (Ending ending : Ending.values()) {
            assertThat(section).contains("`" + (char) ending.letter());
        }
        for (Phase phase : Phase.values()) {
            assertThat(section).contains((char) phase.letter() + "` |");
        }
    }

    /** The words in the first cells of the section's tables. */
    private static List<String> words(String from, String to) throws Exception {
        List<String> words = new ArrayList<>();
        Matcher row = ROW.matcher(section(from, to));
        while (row.find()) {
            Matcher word = WORD.matcher(row.group(1));
            while (word.find()) {
                words.add(word.group(1));
            }
        }
        return words;
    }

    private static String section(String from, String to) throws Exception {
        String page =
                Files.readString(
                        Path.of(System.getProperty("project.root"), "docs", "access-log.md"));
        return page.substring(page.indexOf(from), page.indexOf(to));
    }
}
