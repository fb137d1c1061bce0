package dev.alwayson.node.wiring;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * Signals of the operating system. The JDK has no public way to them; {@code sun.misc.Signal}, of
 * the module jdk.unsupported, is its supported exception (JEP 260), reached by reflection because
 * naming it is a warning that nothing can switch off.
 */
final class Signals {

    private Signals() {}

    /**
     * From now on this signal is the handler's, on a thread of its own each time.
     *
     * @param name without SIG: {@code HUP}
     * @return whether it will arrive: not if this process was started with it ignored, as by nohup,
     *     for Java leaves it so
     */
    static boolean handle(String name, Consumer<String> handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> signalHandler = Class.forName("sun.misc.SignalHandler");
            Object proxy =
                    Proxy.newProxyInstance(
                            Signals.class.getClassLoader(),
                            new Class<?>[] {signalHandler},
                            (self, method, arguments) -> handled(self, method, arguments, handler));
            Object named = signal.getConstructor(String.class).newInstance(name);
            Object before =
                    signal.getMethod("handle", signal, signalHandler).invoke(null, named, proxy);
            return !signalHandler.getField("SIG_IGN").get(null).equals(before);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("SIG" + name + " cannot be handled", e);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the handler is equal to itself alone
    private static Object handled(
            Object self, Method method, Object[] arguments, Consumer<String> handler) {
        return switch (method.getName()) {
            case "handle" -> {
                String name = "SIG" + arguments[0].toString().replaceFirst("^SIG", "");
                Thread.ofPlatform().name(name).start(() -> handler.accept(name));
                yield 0;
            }
            case "equals" -> self == arguments[0];
            case "hashCode" -> System.identityHashCode(self);
            default -> "a signal handler";
        };
    }
}
