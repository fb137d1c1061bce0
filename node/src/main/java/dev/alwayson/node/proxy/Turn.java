package dev.alwayson.node.proxy;

/** Whose turn it is to move an exchange on, by when, and how it fails if they do not. */
enum Turn {
    /** The server is to take the connection. */
    CONNECT(RequestFailure.CONNECT_TIMEOUT) {
        @Override
        long deadline(Timing timing, long idleNanos) {
            return timing.responseDeadline();
        }
    },
    /** The client is to send more of its request; the server's time begins when it is there. */
    UPLOAD(RequestFailure.CLIENT_TIMEOUT_BODY) {
        @Override
        long deadline(Timing timing, long idleNanos) {
            return timing.clientDeadline(idleNanos);
        }
    },
    /** The server is to answer; in time for a single try, while others may be asked after it. */
    TRY(RequestFailure.SERVER_TIMEOUT) {
        @Override
        long deadline(Timing timing, long idleNanos) {
            return timing.attemptDeadline();
        }
    },
    /** The server is to send more of its response. */
    DOWNLOAD(RequestFailure.SERVER_TIMEOUT_BODY) {
        @Override
        long deadline(Timing timing, long idleNanos) {
            return timing.stallDeadline(timing.responseNanos());
        }
    },
    /** The client is to take what was sent to it. */
    TAKE(RequestFailure.CLIENT_STALLED) {
        @Override
        long deadline(Timing timing, long idleNanos) {
            return timing.stallDeadline(idleNanos);
        }
    };

    final RequestFailure failure;

    Turn(RequestFailure failure) {
        this.failure = failure;
    }

    /**
     * In monotonic nanoseconds.
     *
     * @param idleNanos the frontend's time for a client that does nothing
     */
    abstract long deadline(Timing timing, long idleNanos);
}
