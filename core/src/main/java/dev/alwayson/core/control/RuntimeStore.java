package dev.alwayson.core.control;

import java.io.IOException;

/**
 * Where runtime changes are kept: a local file now, the coordination store in a cluster. Called by
 * one thread, which may wait.
 */
public interface RuntimeStore {

    /**
     * What was saved last; {@link RuntimeChanges#NONE} if nothing was.
     *
     * @throws IOException if it cannot be read, or is not of a form that this version knows; the
     *     message says which file and what to do
     */
    RuntimeChanges load() throws IOException;

    /**
     * Makes this what {@link #load} returns. Durable when it returns: also over a crash in the
     * middle, either the old or the new is there, whole.
     */
    void save(RuntimeChanges changes) throws IOException;
}
