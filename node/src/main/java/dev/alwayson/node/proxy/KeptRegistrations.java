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
import org.jspecify.annotations.Nullable;

/**
 * Netty's epoll handler, made right in two places, and spared a system call in a third.
 *
 * <p>Sockets that wait for nothing are left in the epoll set. Netty 4.2.18 takes such a socket out
 * (a connection whose client has half-closed it, and that is not being read) and does not put it
 * back when it waits again, as for room to write: every later use then fails with ENOENT. Here it
 * stays in, edge-triggered, so that a hang-up is told once and not for ever.
 *
 * <p>Events go only to a socket that has asked for some. In one round of events, an early one may
 * close a socket whose event comes later, and open another, which the kernel gives the same number:
 * Netty 4.2.18 hands the late event to the new socket, which is not connected yet and breaks.
 *
 * <p>A socket that is about to be closed is not taken out of the epoll set first: closing it does
 * that.
 */
final class KeptRegistrations implements IoHandler {

    private final IoHandler epoll;

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

    /** A socket, deaf until it asks for events. */
    @SuppressWarnings("try") // Netty's interface declares close() so.
    private static final class Asking implements EpollIoHandle {

        private final EpollIoHandle handle;
        private boolean asked;
        private boolean handling;

        /** What the kernel knows that it waits for, and what it is to know when handling ends. */
        private IoOps told = EpollIoOps.NONE;

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
            if (!asked) {
                return;
            }
            handling = true;
            try {
                handle.handle(registration, event);
            } finally {
                handling = false;
                tell(registration);
            }
        }

        private void tell(IoRegistration registration) {
            if (!wanted.equals(told)) {
                told = wanted;
                registration.submit(wanted);
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
            boolean none = EpollIoOps.NONE.equals(ops);
            asking.asked |= !none;
            asking.wanted = none && asking.asked ? EpollIoOps.EPOLLET : ops;
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
