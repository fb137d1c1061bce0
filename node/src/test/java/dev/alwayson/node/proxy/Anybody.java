package dev.alwayson.node.proxy;

import java.util.concurrent.TimeUnit;

/** Takes what it is granted; waits for long. */
class Anybody implements Claimant {

    /** In a queue, from now on; as one that has tried a server already, perhaps. */
    Waiting waiting(boolean retries) {
        long now = System.nanoTime();
        return new Waiting(this, now, now + TimeUnit.HOURS.toNanos(1), retries);
    }

    @Override
    public long clientHash() {
        return 0;
    }

    @Override
    public boolean tried(LoopServer server) {
        return false;
    }

    @Override
    public void granted(LoopServer server) {}

    @Override
    public void refused(RequestFailure failure) {}

    @Override
    public void failed(Throwable cause) {}
}
