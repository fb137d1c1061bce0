package dev.alwayson.node.proxy;

import java.util.concurrent.TimeUnit;

/** Takes what it is granted; waits for long. */
class Anybody implements Claimant {

    @Override
    public long clientHash() {
        return 0;
    }

    @Override
    public boolean tried(LoopServer server) {
        return false;
    }

    @Override
    public boolean triedAny() {
        return false;
    }

    @Override
    public void granted(LoopServer server) {}

    @Override
    public void refused(RequestFailure failure) {}

    @Override
    public void failed(Throwable cause) {}

    @Override
    public long waitsSinceNanos() {
        return System.nanoTime();
    }

    @Override
    public long queueDeadlineNanos() {
        return System.nanoTime() + TimeUnit.HOURS.toNanos(1);
    }
}
