package dev.alwayson.core.balance;

import dev.alwayson.core.setting.Setting;
import java.util.Optional;

/** Sends the requests for a host, a path prefix, or both, to a backend. */
public record Route(
        @Setting(
                        value =
                                "The host to match, without port, in any case; *.example.com takes subdomains.",
                        form = "(\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*|\\[[0-9A-Fa-f:.]+\\]",
                        rule =
                                "must be a host without its port, as in example.com or *.example.com")
                Optional<String> host,
        @Setting(
                        value =
                                "The prefix of the path to match; a prefix without / at its end also matches whole.",
                        form = "/[!-~&&[^?#]]*",
                        rule =
                                "must be a path that begins with /, without blanks, ? and #, as in /static/")
                Optional<String> path,
        @Setting("The backend that takes what matches.") String backend) {}
