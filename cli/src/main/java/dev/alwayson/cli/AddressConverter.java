package dev.alwayson.cli;

import dev.alwayson.core.setting.HostAndPort;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An address as it is written in the file, {@code 127.0.0.1:7070}. */
final class AddressConverter implements ITypeConverter<HostAndPort> {
    @Override
    public HostAndPort convert(String text) {
        try {
            return HostAndPort.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(text + ": " + e.getMessage());
        }
    }
}
