package dev.alwayson.app;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command that starts this program, or another main class of it, as a further process. */
public final class JavaCommand {

    private JavaCommand() {}

    /** With the JVM options that this JVM was started with, debuggers left out. */
    public static List<String> likeThis(Class<?> main, List<String> arguments) {
        return with(ownOptions(), main, arguments);
    }

    /** As {@link #likeThis}, with its temporary files (unpacked native code) in this folder. */
    public static List<String> likeThis(
            Class<?> main, List<String> arguments, Path temporaryFiles) {
        List<String> options = new ArrayList<>(ownOptions());
        options.add("-XX:-UsePerfData");
        options.add("-Djava.io.tmpdir=" + temporaryFiles);
        return with(options, main, arguments);
    }

    private static List<String> ownOptions() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-agentlib:"))
                .toList();
    }

    public static List<String> with(List<String> options, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(arguments);
        return command;
    }
}
