package dev.alwayson.config;

import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Finds this node's name, which the values of the file may refer to. */
final class NodeName {

    private NodeName() {}

    /** That of the command line, else of the file, else of the host; empty with a problem. */
    static Optional<String> find(Node root, Environment environment, Problems problems) {
        Optional<String> inFile = inFile(root, environment);
        if (environment.node().isEmpty() && inFile.isPresent()) {
            // Binding the file tells what is wrong with it.
            return inFile;
        }
        Optional<String> name = environment.node().or(environment::host);
        if (name.isEmpty()) {
            problems.add(Optional.empty(), "this node has no name", "start with --node NAME");
        } else if (!Names.valid(name.get())) {
            String value = "this node's name " + Shown.text(name.get());
            problems.add(Optional.empty(), value, Names.RULE + "; start with --node NAME");
        }
        return name;
    }

    private static Optional<String> inFile(Node root, Environment environment) {
        if (!(root instanceof MappingNode mapping)) {
            return Optional.empty();
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key
                    && key.getValue().equals("node")
                    && tuple.getValueNode() instanceof ScalarNode value) {
                return Optional.of(resolved(value.getValue(), environment));
            }
        }
        return Optional.empty();
    }

    private static String resolved(String written, Environment environment) {
        try {
            return new Substitution(Optional.empty(), environment.variables()).apply(written);
        } catch (Substitution.UnknownReference e) {
            // Binding the file tells which reference it is.
            return written;
        }
    }
}
