package dev.alwayson.node.proxy;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** What drives the proxy's sockets, but takes no socket on when it is said so. */
final class Refusing {

    private final IoHandlerFactory real = Transport.available().ioHandlers();
    private final AtomicInteger refusals = new AtomicInteger();

    /** Refuses so many sockets from now on, as the kernel does where epoll has no room. */
    void refuse(int sockets) {
        refusals.set(sockets);
    }

    /** How many of them are to come still. */
    int left() {
        return refusals.get();
    }

    IoHandlerFactory factory() {
        return executor -> new Handler(real.newHandler(executor));
    }

    private final class Handler implements IoHandler {

        private final IoHandler real;

        Handler(IoHandler real) {
            this.real = real;
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IOException("epoll_ctl(..) failed: No space left on device");
            }
            return real.register(handle);
        }

        @Override
        public void initialize() {
            real.initialize();
        }

        @Override
        public int run(IoHandlerContext context) {
            return real.run(context);
        }

        @Override
        public void prepareToDestroy() {
            real.prepareToDestroy();
        }

        @Override
        public void destroy() {
            real.destroy();
        }

        @Override
        public void wakeup() {
            real.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return real.isCompatible(handleType);
        }
    }
}
