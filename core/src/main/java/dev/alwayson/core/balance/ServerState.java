package dev.alwayson.core.balance;

import java.util.Locale;

/** What an operator decided about a server. The words are HAProxy's. */
public enum ServerState {
    /** Serves when its health allows. */
    READY,
    /** Gets nothing new; what runs is finished; still checked. */
    DRAIN,
    /** Gets nothing new and is not checked. */
    MAINT;

    /**
     * The word of the commands and of the stored form: {@code ready}, {@code drain}, {@code maint}.
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
