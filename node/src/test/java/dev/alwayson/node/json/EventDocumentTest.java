package dev.alwayson.node.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.core.journal.Happening;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/api.md lists every kind of event, with its members, and none that is not. */
class EventDocumentTest {

    private static final Path PAGE = Path.of(System.getProperty("project.root"), "docs/api.md");
    private static final String HEAD = "| Kind | `what` |\n|---|---|\n";
    private static final Pattern ROW = Pattern.compile("\\| `([a-z-]+)` \\| (.*) \\|");
    private static final Pattern ASIDE = Pattern.compile("\\([^)]*\\)");
    private static final Pattern NAME = Pattern.compile("`([a-z]+)`");

    @Test
    void everyKindIsListedWithItsMembers() throws IOException {
        Map<String, List<String>> kinds =
                Arrays.stream(Happening.class.getPermittedSubclasses())
                        .filter(kind -> kind != Happening.Unrecognized.class)
                        .collect(
                                Collectors.toMap(
                                        Happening::kind,
                                        kind -> members(kind),
                                        (a, _) -> a,
                                        TreeMap::new));
        assertThat(listed()).isEqualTo(kinds);
    }

    private static List<String> members(Class<?> kind) {
        return Arrays.stream(kind.getRecordComponents()).map(RecordComponent::getName).toList();
    }

    private static Map<String, List<String>> listed() throws IOException {
        String page = Files.readString(PAGE);
        String table = page.substring(page.indexOf(HEAD) + HEAD.length());
        Matcher row = ROW.matcher(table.substring(0, table.indexOf("\n\n")));
        Map<String, List<String>> listed = new TreeMap<>();
        while (row.find()) {
            Matcher name = NAME.matcher(ASIDE.matcher(row.group(2)).replaceAll(""));
            List<String> members = new ArrayList<>();
            while (name.find()) {
                members.add(name.group(1));
            }
            listed.put(row.group(1), members);
        }
        return listed;
    }
}
