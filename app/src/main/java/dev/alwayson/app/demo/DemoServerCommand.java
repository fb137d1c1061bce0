package dev.alwayson.app.demo;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code alwayson demo-server}: one of the demo's web servers, to try a configuration with. */
@Command(
        name = "demo-server",
        hidden = true,
        description = "A small web server on 127.0.0.1 that says its name, to try a balancer with.")
public final class DemoServerCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "NAME", description = "What it answers.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "PORT", description = "Where it listens; 0: any port.")
    private int port;

    @Override
    public Integer call() throws IOException {
        try (DemoServer server = DemoServer.start(name, port)) {
            System.out.println(name + " listens on 127.0.0.1:" + server.port());
            server.serve();
            return 0;
        }
    }
}
