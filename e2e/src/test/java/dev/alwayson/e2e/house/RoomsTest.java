package dev.alwayson.e2e.house;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which room may see which, and who may see whom within node. core has a test of its own. */
class RoomsTest {

    private static final String HOUSE = "dev.alwayson..";

    private static final JavaClasses HOUSE_CLASSES =
            new ClassFileImporter()
                    .importPaths(
                            House.ROOMS.stream()
                                    .filter(room -> !room.equals("e2e"))
                                    .map(room -> House.ROOT.resolve(room).resolve("target/classes"))
                                    .toArray(Path[]::new));

    @Test
    void everyRoomWasBuilt() {
        for (String room : List.of("core", "config", "node", "cli", "app", "sim")) {
            assertThat(HOUSE_CLASSES)
                    .as(room)
                    .anyMatch(c -> c.getPackageName().startsWith("dev.alwayson." + room));
        }
    }

    @Test
    void roomsSeeOnlyWhatTheyStandOn() {
        room("core");
        room("config", "core");
        room("node", "core", "config");
        room("cli", "core", "config");
        room("sim", "core");
        room("app", "core", "config", "node", "cli");
    }

    private static void room(String name, String... standsOn) {
        String[] seen = new String[standsOn.length + 1];
        seen[0] = "dev.alwayson." + name + "..";
        for (int i = 0; i < standsOn.length; i++) {
            seen[i + 1] = "dev.alwayson." + standsOn[i] + "..";
        }
        noClasses()
                .that()
                .resideInAPackage(seen[0])
                .should()
                .dependOnClassesThat(resideInAPackage(HOUSE).and(not(resideInAnyPackage(seen))))
                .check(HOUSE_CLASSES);
    }

    @Test
    void adaptersDoNotSeeEachOtherAndOnlyWiringSeesThemAll() {
        slices().matching("dev.alwayson.node.(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(resideInAPackage("dev.alwayson.node.wiring.."), alwaysTrue())
                // The JSON of core's records: a form that is stored and shown, no adapter.
                .ignoreDependency(
                        resideInAnyPackage(
                                "dev.alwayson.node.admin..", "dev.alwayson.node.journal.."),
                        resideInAPackage("dev.alwayson.node.json.."))
                // What the node itself lacks, and how seldom it is said, by all that meet it; no
                // adapter.
                .ignoreDependency(
                        resideInAnyPackage(
                                "dev.alwayson.node.admin..",
                                "dev.alwayson.node.checks..",
                                "dev.alwayson.node.proxy.."),
                        resideInAPackage("dev.alwayson.node.shortage.."))
                .check(HOUSE_CLASSES);
    }
}
