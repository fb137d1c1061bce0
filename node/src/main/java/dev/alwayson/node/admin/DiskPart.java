package dev.alwayson.node.admin;

import dev.alwayson.core.setting.FileFault;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The file system of the data folder: a warning from 90 % used, unhealthy above 95 %. */
public final class DiskPart implements HealthPart {

    private final Path folder;

    public DiskPart(Path folder) {
        this.folder = folder;
    }

    @Override
    public String name() {
        return "disk";
    }

    @Override
    public Finding look() {
        try {
            FileStore store = Files.getFileStore(folder);
            return finding(store.getTotalSpace(), store.getUsableSpace());
        } catch (IOException e) {
            return Finding.unhealthy(FileFault.words(e));
        }
    }

    static Finding finding(long totalBytes, long usableBytes) {
        long used =
                totalBytes == 0 ? 0 : Math.round(100.0 * (totalBytes - usableBytes) / totalBytes);
        Status status = used > 95 ? Status.UNHEALTHY : used >= 90 ? Status.WARNING : Status.HEALTHY;
        return new Finding(status, Map.of("usage", used + "%"));
    }
}
