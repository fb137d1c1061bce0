package dev.alwayson.cli;

import dev.alwayson.core.setting.HostAndPort;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An address to connect to, {@code 127.0.0.1:7070}. */
final class AddressConverter implements ITypeConverter<HostAndPort> {
    @Override
    public HostAndPort convert(String text) {
        try {
            HostAndPort address = HostAndPort.parse(text);
            if (address.port() > 0) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw refused(text);
        }
        throw refused(text);
    }

    private static TypeConversionException refused(String text) {
        String why = HostAndPort.mistake(text).orElse(HostAndPort.RULE_TO_CONNECT);
        return new TypeConversionException(text + ": " + why);
    }
}
