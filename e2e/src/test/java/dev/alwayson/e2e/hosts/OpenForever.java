package dev.alwayson.e2e.hosts;

import java.util.concurrent.CountDownLatch;

/** Opens a network with a frozen process on it, prints the process's id, and waits to be killed. */
final class OpenForever {

    private OpenForever() {}

    public static void main(String[] arguments) throws InterruptedException {
        HostProcess frozen = PrivateNetwork.open().host("web1").start("tail", "-f", "/dev/null");
        frozen.freeze();
        System.out.println(frozen.pid());
        new CountDownLatch(1).await();
    }
}
