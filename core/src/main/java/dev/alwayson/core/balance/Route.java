package dev.alwayson.core.balance;

import dev.alwayson.core.setting.Setting;
import java.util.Optional;

/** Sends the requests for a host, a path prefix, or both, to a backend. */
public record Route(
        @Setting("The host to match, without port, in any case; *.example.com takes subdomains.")
                Optional<String> host,
        @Setting(
                        "The prefix of the path to match; a prefix without / at its end also matches whole.")
                Optional<String> path,
        @Setting("The backend that takes what matches.") String backend) {}
