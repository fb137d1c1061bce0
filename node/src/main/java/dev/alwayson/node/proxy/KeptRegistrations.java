package dev.alwayson.node.proxy;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Netty's epoll handler, made right in two places, and spared system calls in two.
 *
 * <p>Sockets that wait for nothing are left in the epoll set. Netty 4.2.18 takes such a socket out
 * (a connection whose client has half-closed it, and that is not being read) and does not put it
 * back when it waits again, as for room to write: every later use then fails with ENOENT. Here it
 * stays in, edge-triggered, so that a hang-up is told once and not for ever.
 *
 * <p>Events go only to a socket that was there when their round began. In one round, an early event
 * may close a socket whose event comes later, and open another, which the kernel gives the same
 * number: Netty 4.2.18 hands the late event to the new socket, which may not be connected yet and
 * breaks.
 *
 * <p>A socket that is about to be closed is not taken out of the epoll set first: closing it does
 * that.
 *
 * <p>What a socket waits for is told to the kernel when the handling of its event ends, if it has
 * changed: while it handles that a connection was made, Netty changes it three times.
 */
final class KeptRegistrations implements IoHandler {

    private final IoHandler epoll;

    /** Of events, the one that is handled or was the last. */
    private long round;

    private KeptRegistrations(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory factory() {
        IoHandlerFactory factory = EpollIoHandler.newFactory();
        return executor -> new KeptRegistrations(factory.newHandler(executor));
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        Asking asking = new Asking((EpollIoHandle) handle);
        return new Kept(epoll.register(asking), asking);
    }

    /** A socket, deaf in the round that it came in. */
    @SuppressWarnings("try") // Netty's interface declares close() so.
    private final class Asking implements EpollIoHandle {

        private final EpollIoHandle handle;
        private final long cameIn = round;
        private boolean handling;

        /** What the kernel knows that it waits for: nothing, before it knows the socket. */
        private IoOps told = EpollIoOps.NONE;

        /** What the kernel is to know when handling ends. */
        private IoOps wanted = EpollIoOps.NONE;

        private @Nullable FileDescriptor asClosed;

        Asking(EpollIoHandle handle) {
            this.handle = handle;
        }

        @Override
        public FileDescriptor fd() {
            return asClosed == null ? handle.fd() : asClosed;
        }

        void leave() {
            asClosed = new AsClosed(handle.fd());
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            if (cameIn == round) {
                return;
            }
            handling = true;
            try {
                handle.handle(registration, event);
            } finally {
                handling = false;
                tellOrClose(registration);
            }
        }

        /** As Netty does where it is told at once that the kernel does not take it. */
        private void tellOrClose(IoRegistration registration) {
            try {
                tell(registration);
            } catch (UncheckedIOException refused) {
                try {
                    handle.close();
                } catch (Exception e) {
                    refused.addSuppressed(e);
                    throw refused;
                }
            }
        }

        /** What it waits for, if that has changed. */
        private void tell(IoRegistration registration) {
            if (!wanted.equals(told)) {
                registration.submit(wanted);
                told = wanted;
            }
        }

        @Override
        public void registered() {
            handle.registered();
        }

        @Override
        public void unregistered() {
            handle.unregistered();
        }

        @Override
        public void close() throws Exception {
            handle.close();
        }
    }

    /** A socket that need not be taken out of the epoll set. */
    private static final class AsClosed extends FileDescriptor {

        AsClosed(FileDescriptor fd) {
            super(fd.intValue());
        }

        @Override
        public boolean isOpen() {
            return false;
        }
    }

    private record Kept(IoRegistration registration, Asking asking) implements IoRegistration {

        @Override
        public long submit(IoOps ops) {
            boolean known = !EpollIoOps.NONE.equals(asking.told);
            asking.wanted = known && EpollIoOps.NONE.equals(ops) ? EpollIoOps.EPOLLET : ops;
            if (!asking.handling) {
                asking.tell(registration);
            }
            return 0;
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty declares it so.
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public boolean isValid() {
            return registration.isValid();
        }

        /**
         * The socket leaves the epoll set, by the close that Netty makes of it next. None would
         * follow for long with an SO_LINGER above 0, and none at all after deregister(), so neither
         * may be used here.
         */
        @Override
        public boolean cancel() {
            asking.leave();
            return registration.cancel();
        }
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        round++;
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }
}
