package dev.alwayson.node.admin;

import dev.alwayson.core.setting.FileFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/** What a caller of the API has to know. Compared in constant time, never shown. */
public final class Token {

    private static final String SCHEME = "Bearer ";
    private static final int MAX_BYTES = 4096;

    private final byte[] secret;

    private Token(byte[] secret) {
        this.secret = secret;
    }

    /**
     * Reads the file; white space around the token does not count.
     *
     * @throws IOException if it cannot be read or holds no token; the message is one sentence
     */
    public static Token read(Path file) throws IOException {
        String text;
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("larger than " + MAX_BYTES + " bytes");
            }
            text = Files.readString(file).strip();
        } catch (IOException e) {
            throw new IOException(file + ": the token cannot be read: " + FileFault.words(e), e);
        }
        if (text.isEmpty()) {
            throw new IOException(file + ": is empty; write the token into it");
        }
        return new Token(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether this Authorization header carries it (RFC 6750 §2.1). */
    boolean admits(String authorization) {
        return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        secret,
                        authorization
                                .substring(SCHEME.length())
                                .strip()
                                .getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "Token[withheld]";
    }
}
