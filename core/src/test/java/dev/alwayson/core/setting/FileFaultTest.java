package dev.alwayson.core.setting;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.Test;

class FileFaultTest {

    @Test
    void whatTheSystemSaidIsToldWithoutTheNamesOfClasses() {
        assertThat(FileFault.words(new AccessDeniedException("/d/lock")))
                .isEqualTo("/d/lock: permission denied");
        assertThat(FileFault.words(new NoSuchFileException("/d")))
                .isEqualTo("/d: no such file or folder");
        assertThat(FileFault.words(new FileAlreadyExistsException("/d")))
                .isEqualTo("/d: a file is in its place");
        assertThat(FileFault.words(new NotDirectoryException("/d"))).isEqualTo("/d: not a folder");
        assertThat(FileFault.words(new DirectoryNotEmptyException("/d")))
                .isEqualTo("/d: the folder is not empty");
        assertThat(FileFault.words(new FileSystemException("/d", null, "Read-only file system")))
                .isEqualTo("/d: Read-only file system");
        assertThat(FileFault.words(new IOException("No space left on device")))
                .isEqualTo("No space left on device");
        assertThat(FileFault.words(new IOException())).isEqualTo("IOException");
    }
}
