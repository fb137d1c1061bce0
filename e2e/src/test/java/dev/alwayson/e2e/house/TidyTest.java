package dev.alwayson.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.config.ConfigurationFile;
import dev.alwayson.config.Environment;
import dev.alwayson.config.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The house is tidy: STYLE.md and CONTRIBUTING.md say what that means. */
class TidyTest {

    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");

    /** Words that switch a test off, or let it pass without having tested anything. */
    private static final Pattern SKIPS =
            Pattern.compile("@Disabled|@Ignore|Assumptions|assumeTrue|assumeThat|assumeFalse");

    private static final Pattern SLEEP =
            Pattern.compile("Thread\\.sleep|(SECONDS|MILLISECONDS)\\.sleep");

    /** Who sleeps between two looks at a condition says until when. */
    private static final Pattern DEADLINE = Pattern.compile("(?i)deadline");

    /** Who sleeps without a deadline, and why. */
    private static final Map<String, String> SLEEPERS =
            Map.of(
                    "ChecksCost", "a measurement lasts as long as it lasts",
                    "QuietProcess", "it looks again and again until it is told to stop",
                    "Tapped", "how slowly a server sends is part of what it sends");

    /** Of memory, by the kernel or the JVM: another test class beside it could spoil it. */
    private static final Pattern MEASURE =
            Pattern.compile("AllocatedBytes|liveHeapMebibytes|\\.footprint\\(\\)");

    /** Written in two parts, so that this file may hold them. */
    private static final Pattern LATER =
            Pattern.compile("\\bTO" + "DO\\b|\\bFIX" + "ME\\b|\\bXX" + "X\\b");

    private static final Pattern EMPTY_NAMES =
            Pattern.compile(".*(Manager|Helper|Utils?|Common|Impl|Data|Info)\\.java");

    @Test
    void everyExampleIsAValidConfiguration() {
        List<Path> examples = House.files(".yaml", path -> path.startsWith("examples"));

        assertThat(examples).isNotEmpty();
        for (Path example : examples) {
            Reading reading =
                    ConfigurationFile.read(
                            House.ROOT.resolve(example), Environment.ofProcess(Optional.of("lb1")));
            assertThat(reading).as(example.toString()).isInstanceOf(Reading.Valid.class);
        }
    }

    @Test
    void everyLinkOfADocumentLeadsSomewhere() {
        List<String> broken = new ArrayList<>();
        for (Path document : House.files(".md", path -> !path.toString().contains("/src/"))) {
            Matcher link = LINK.matcher(House.read(document));
            while (link.find()) {
                String to = link.group(1);
                if (!to.matches("(https?|mailto):.*") && !leadsSomewhere(document, to)) {
                    broken.add(document + ": " + to);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    /** To a file or folder and, after #, to one of its headings in GitHub's form. */
    private static boolean leadsSomewhere(Path document, String to) {
        String[] parts = to.split("#", 2);
        Path target =
                parts[0].isEmpty()
                        ? House.ROOT.resolve(document)
                        : House.ROOT.resolve(document).resolveSibling(parts[0]).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        return parts.length == 1
                || !target.toString().endsWith(".md")
                || headings(target).contains(parts[1]);
    }

    private static Set<String> headings(Path document) {
        return House.read(document)
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(java.util.Locale.ROOT))
                .map(line -> line.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void noTestIsSwitchedOff() {
        assertThat(found(SKIPS, House.files(".java", House::isTest))).isEmpty();
    }

    @Test
    void noTestSleepsAndHopes() {
        List<Path> hopeful =
                House.files(
                        ".java",
                        path ->
                                House.isTest(path)
                                        && !DEADLINE.matcher(House.read(path)).find()
                                        && !SLEEPERS.containsKey(className(path)));

        assertThat(found(SLEEP, hopeful)).isEmpty();
    }

    @Test
    void nobodyIsListedAsASleeperWhoIsNone() {
        Set<String> sleepers =
                House.files(".java", House::isTest).stream()
                        .filter(path -> SLEEP.matcher(House.read(path)).find())
                        .map(TidyTest::className)
                        .collect(Collectors.toSet());

        assertThat(sleepers).containsAll(SLEEPERS.keySet());
    }

    @Test
    void whoMeasuresRunsAlone() {
        List<Path> measuring =
                House.files(
                        "Test.java",
                        path -> House.isTest(path) && MEASURE.matcher(House.read(path)).find());

        assertThat(measuring)
                .filteredOn(path -> !className(path).equals("TidyTest"))
                .isNotEmpty()
                .allMatch(path -> House.read(path).contains("\n@Tag(\"alone\")\n"));
    }

    @Test
    void nothingIsLeftForLater() {
        List<Path> files = new ArrayList<>();
        for (String ending : List.of(".java", ".md", ".xml", ".yaml", "alwayson", "verify")) {
            files.addAll(House.files(ending));
        }
        assertThat(found(LATER, files)).isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIs() {
        Set<String> silent = new TreeSet<>();
        List<Path> files = House.files(".java", path -> path.toString().contains("/src/"));
        for (Path file : files) {
            Path folder = House.ROOT.resolve(file).resolveSibling("");
            Path main = Path.of(folder.toString().replace("/src/test/", "/src/main/"));
            if (!Files.exists(folder.resolve("package-info.java"))
                    && !Files.exists(main.resolve("package-info.java"))) {
                silent.add(House.ROOT.relativize(folder).toString());
            }
        }
        assertThat(files).isNotEmpty();
        assertThat(silent).isEmpty();
    }

    @Test
    void noClassIsNamedByAnEmptyWord() {
        assertThat(House.files(".java"))
                .noneMatch(path -> EMPTY_NAMES.matcher(path.getFileName().toString()).matches());
    }

    private static List<String> found(Pattern pattern, List<Path> files) {
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            if (!className(file).equals("TidyTest")) {
                House.read(file)
                        .lines()
                        .filter(line -> pattern.matcher(line).find())
                        .forEach(line -> found.add(file + ": " + line.strip()));
            }
        }
        return found;
    }

    private static String className(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }
}
