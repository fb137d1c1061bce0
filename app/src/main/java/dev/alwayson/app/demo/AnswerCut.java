package dev.alwayson.app.demo;

import java.io.IOException;

/** The connection ended after an answer had begun and before it was whole. */
final class AnswerCut extends IOException {

    private static final long serialVersionUID = 1;

    AnswerCut(String message, Throwable cause) {
        super(message, cause);
    }
}
