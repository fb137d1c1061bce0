package dev.alwayson.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alwayson.node.admin.HealthPart.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PartsTest {

    @TempDir private Path folder;

    @Test
    void aDiskWarnsFromNinetyAndFailsAboveNinetyFive() {
        assertThat(DiskPart.finding(100, 11).status()).isEqualTo(Status.HEALTHY);
        assertThat(DiskPart.finding(100, 10).status()).isEqualTo(Status.WARNING);
        assertThat(DiskPart.finding(100, 5).status()).isEqualTo(Status.WARNING);
        assertThat(DiskPart.finding(100, 4).status()).isEqualTo(Status.UNHEALTHY);
        assertThat(DiskPart.finding(100, 4).details()).containsEntry("usage", "96%");
    }

    @Test
    void aDataFolderThatIsGoneIsUnhealthy() {
        HealthPart.Finding finding = new DiskPart(folder.resolve("gone")).look();
        assertThat(finding.status()).isEqualTo(Status.UNHEALTHY);
        assertThat(finding.details().get("error")).contains("gone");
    }

    @Test
    void memoryWarnsFromEighty() {
        assertThat(MemoryPart.finding(799, 1000).status()).isEqualTo(Status.HEALTHY);
        assertThat(MemoryPart.finding(800, 1000).status()).isEqualTo(Status.WARNING);
        assertThat(MemoryPart.finding(3 << 20, 4 << 20).details())
                .containsEntry("heapUsed", "3.00 MB")
                .containsEntry("heapTotal", "4.00 MB")
                .containsEntry("percentage", "75.00%");
    }
}
