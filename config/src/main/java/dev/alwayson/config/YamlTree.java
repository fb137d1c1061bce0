package dev.alwayson.config;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;

/** From the bytes of a file to the tree of its YAML nodes, each with its place. */
final class YamlTree {

    static final int MAX_BYTES = 1 << 20;
    static final int MAX_ALIASES = 50;

    private static final LoadSettings SETTINGS =
            LoadSettings.builder()
                    .setMaxAliasesForCollections(MAX_ALIASES)
                    .setCodePointLimit(MAX_BYTES)
                    .setAllowNonScalarKeys(true)
                    .build();

    private YamlTree() {}

    /** Empty if there is a problem. An empty file is an empty mapping. */
    static Optional<Node> parse(byte[] bytes, Problems problems) {
        CharBuffer decoded = CharBuffer.allocate(bytes.length + 1);
        ByteBuffer input = ByteBuffer.wrap(bytes);
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        CoderResult result = decoder.decode(input, decoded, true);
        String text = decoded.flip().toString();
        if (result.isError()) {
            problems.add(
                    Optional.of(Place.at(text, text.length())), "not text", "must be UTF-8 text");
            return Optional.empty();
        }
        return parse(text.startsWith("\uFEFF") ? text.substring(1) : text, problems);
    }

    static Optional<Node> parse(String text, Problems problems) {
        try {
            if (!YamlEvents.fit(new Parse(SETTINGS).parseString(text), problems)) {
                return Optional.empty();
            }
            Optional<Node> root = new Compose(SETTINGS).composeString(text);
            return root.or(() -> Optional.of(emptyMapping()));
        } catch (ReaderException e) {
            Place place = Place.at(text, text.offsetByCodePoints(0, e.getPosition()));
            String rule = "must not hold the character U+%04X".formatted(e.getCodePoint());
            problems.add(Optional.of(place), "not valid YAML", rule);
        } catch (MarkedYamlEngineException e) {
            YamlMistake mistake = YamlMistake.of(e, text);
            problems.add(mistake.place(), "not valid YAML", mistake.rule());
        } catch (YamlEngineException e) {
            problems.add(Optional.empty(), "not valid YAML", String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    private static Node emptyMapping() {
        return new MappingNode(Tag.MAP, new ArrayList<>(), FlowStyle.BLOCK);
    }
}
