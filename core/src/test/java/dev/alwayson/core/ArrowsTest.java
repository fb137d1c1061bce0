package dev.alwayson.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What may see what inside core, and what core never touches. */
class ArrowsTest {

    private static final JavaClasses CORE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.alwayson.core");

    /**
     * At the ground time and settings, on them targets, on them the journal's events; features
     * stand on these and do not see each other; control stands on all.
     */
    @Test
    void featuresStandOnTheGroundAndDoNotSeeEachOther() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("time")
                .definedBy("..core.time..")
                .layer("setting")
                .definedBy("..core.setting..")
                .layer("target")
                .definedBy("..core.target..")
                .layer("journal")
                .definedBy("..core.journal..")
                .layer("health")
                .definedBy("..core.health..")
                .layer("balance")
                .definedBy("..core.balance..")
                .layer("control")
                .definedBy("..core.control..")
                .whereLayer("time")
                .mayNotAccessAnyLayer()
                .whereLayer("setting")
                .mayNotAccessAnyLayer()
                .whereLayer("target")
                .mayOnlyAccessLayers("time", "setting")
                .whereLayer("journal")
                .mayOnlyAccessLayers("time", "setting", "target")
                .whereLayer("health")
                .mayOnlyAccessLayers("time", "setting", "target", "journal")
                .whereLayer("balance")
                .mayOnlyAccessLayers("time", "setting", "target", "journal")
                .ensureAllClassesAreContainedInArchitecture()
                .check(CORE);
    }

    @Test
    void coreUsesOnlyTheJdkAndJspecify() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("java..", "org.jspecify..", "dev.alwayson.core..")
                .check(CORE);
    }

    @Test
    void coreDoesNoInputOrOutput() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.io\\.(?!IOException|Serializable|ObjectMethods|UncheckedIOException).*"
                                + "|java\\.nio\\.(channels|file\\.Files|file\\.FileSystem).*"
                                + "|java\\.net\\.(?!InetAddress|Inet4Address|Inet6Address|URI$).*"
                                + "|java\\.net\\.http\\..*|java\\.sql\\..*|java\\.util\\.logging\\..*")
                .check(CORE);
    }

    @Test
    void coreAsksNoClockAndNoDice() {
        noClasses()
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.time\\.Clock|java\\.util\\.(Random|SplittableRandom|Timer)"
                                + "|java\\.util\\.random\\..*|java\\.security\\.SecureRandom"
                                + "|java\\.util\\.concurrent\\.ThreadLocalRandom")
                .check(CORE);
    }

    @Test
    void coreStartsNoThread() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.lang\\.Thread|java\\.lang\\.Runtime"
                                + "|java\\.util\\.concurrent\\.(.*Executor.*|ForkJoin.*|locks\\..*)")
                .check(CORE);
    }
}
