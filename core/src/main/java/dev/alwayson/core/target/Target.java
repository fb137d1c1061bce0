package dev.alwayson.core.target;

import dev.alwayson.core.setting.HostAndPort;

/**
 * An address with its check. Whoever refers to an equal target shares its health: nothing is probed
 * twice.
 */
public record Target(HostAndPort address, HealthCheck check) {}
