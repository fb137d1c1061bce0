package dev.alwayson.node.store;

import dev.alwayson.core.balance.ServerId;
import dev.alwayson.core.balance.ServerState;
import dev.alwayson.core.control.RuntimeChanges;
import dev.alwayson.core.control.RuntimeStore;
import dev.alwayson.core.setting.FileFault;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The runtime changes in a JSON file: {@code {"form":1,"version":7,"states":[{"backend":"shop",
 * "server":"web1","state":"drain"}]}}. For one thread at a time.
 */
public final class LocalRuntimeStore implements RuntimeStore {

    private static final int FORM = 1;

    /** Where what did not end has begun, in words that Jackson has for its programmers. */
    private static final Pattern START = Pattern.compile(" \\(start marker at \\[Source: .*?]\\)");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path path;
    private final AtomicFile file;

    public LocalRuntimeStore(Path path) {
        this.path = path;
        this.file = new AtomicFile(path);
    }

    @Override
    public RuntimeChanges load() throws IOException {
        Optional<String> content;
        try {
            content = file.read();
        } catch (CharacterCodingException e) {
            throw damaged("is not text");
        } catch (AccessDeniedException e) {
            throw new IOException(
                    path
                            + ": the runtime changes file cannot be read: permission denied; let"
                            + " the user who runs Always On read and write it",
                    e);
        } catch (IOException e) {
            throw damaged("cannot be read: " + FileFault.words(e));
        }
        return content.isEmpty() ? RuntimeChanges.NONE : parse(content.get());
    }

    @Override
    public void save(RuntimeChanges changes) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("form", FORM).put("version", changes.version());
        ArrayNode states = root.putArray("states");
        changes.states()
                .forEach((id, state) ->
                        states.addObject()
                                .put("backend", id.backend())
                                .put("server", id.server())
                                .put("state", state.word()));
        file.write(root.toPrettyString() + "\n");
    }

    private RuntimeChanges parse(String content) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(content);
        } catch (JacksonException e) {
            throw damaged("is not JSON: " + START.matcher(e.getOriginalMessage()).replaceAll(""));
        }
        int form = root.path("form").asInt(0);
        if (form > FORM) {
            throw new IOException(
                    path
                            + ": form "
                            + form
                            + ": this version of Always On knows forms up to "
                            + FORM
                            + "; run the newer version, or move the file away (drained servers are"
                            + " then ready)");
        }
        if (form != FORM
                || !root.path("version").canConvertToLong()
                || !root.path("states").isArray()) {
            throw damaged("does not have a form, a version and states");
        }
        Map<ServerId, ServerState> states = new HashMap<>();
        for (JsonNode entry : root.path("states")) {
            ServerId id =
                    new ServerId(
                            entry.path("backend").asString(""), entry.path("server").asString(""));
            states.put(id, state(entry.path("state").asString("")));
        }
        return new RuntimeChanges(root.path("version").longValue(), states);
    }

    private ServerState state(String word) throws IOException {
        return Arrays.stream(ServerState.values())
                .filter(state -> state.word().equals(word))
                .findFirst()
                .orElseThrow(() -> damaged("'" + word + "' is not a server's state"));
    }

    private IOException damaged(String what) {
        return new IOException(
                path
                        + ": the runtime changes file "
                        + what
                        + "; repair the file, or move it away (drained servers are then ready)");
    }
}
