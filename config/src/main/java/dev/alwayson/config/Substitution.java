package dev.alwayson.config;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts the node's name for <code>${node}</code> and a variable of the environment for <code>
 * ${env:NAME}</code>; with two dollars before the brace, it is left as it stands with one.
 */
final class Substitution {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)}?");
    private static final Pattern VARIABLE = Pattern.compile("env:([A-Za-z_][A-Za-z0-9_]*)");

    private final Optional<String> node;
    private final Map<String, String> variables;

    Substitution(Optional<String> node, Map<String, String> variables) {
        this.node = node;
        this.variables = variables;
    }

    /** A reference that stands for nothing; the message is the rule that it breaks. */
    static final class UnknownReference extends Exception {
        private static final long serialVersionUID = 1;

        UnknownReference(String rule) {
            super(rule);
        }
    }

    static boolean refersToEnvironment(String text) {
        return REFERENCE.matcher(text).results().anyMatch(r -> r.group().startsWith("${env:"));
    }

    static String escape(String text) {
        return text.replace("${", "$${");
    }

    String apply(String text) throws UnknownReference {
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder result = new StringBuilder();
        while (matcher.find()) {
            String name = matcher.group(1);
            String value = name == null ? "${" : valueOf(matcher.group(), name);
            matcher.appendReplacement(result, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(result).toString();
    }

    private String valueOf(String reference, String name) throws UnknownReference {
        if (name.equals("node") && reference.endsWith("}")) {
            return node.orElseThrow(
                    () -> new UnknownReference("no name is known for ${node}: start with --node"));
        }
        if (name.equals("address")) {
            throw new UnknownReference(
                    "${address} is not available in this version: it comes with the cluster");
        }
        Matcher variable = VARIABLE.matcher(name);
        if (!variable.matches() || !reference.endsWith("}")) {
            throw new UnknownReference(
                    "a reference must be ${node} or ${env:NAME}; $${ stands for ${ itself");
        }
        String value = variables.get(variable.group(1));
        if (value == null) {
            throw new UnknownReference(
                    "the variable " + variable.group(1) + " must be set in the environment");
        }
        return value;
    }
}
