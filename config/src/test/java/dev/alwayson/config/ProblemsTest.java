package dev.alwayson.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule of the file, broken alone: the exact lines that come of it. */
class ProblemsTest {

    @TempDir Path folder;

    /** A file, and the problems that it has, without {@code a.yaml:}. */
    record Broken(String rule, String file, List<String> problems) {

        @Override
        public String toString() {
            return rule;
        }
    }

    private static final String SHOP = "backends: {shop: {servers: {web1: web1:80}}}\n";
    private static final String WEB = "frontends: {web: {bind: ':8080', backend: shop}}\n" + SHOP;

    private static Broken broken(String rule, String file, String... problems) {
        return new Broken(rule, file, List.of(problems));
    }

    /** A file of which only a part matters: it says that no frontend is meant. */
    private static Broken part(String rule, String file, String... problems) {
        return broken(rule, file + "frontends: {}\n", problems);
    }

    /** A frontend that is right but for these settings. */
    private static Broken frontend(String rule, String settings, String... problems) {
        return broken(
                rule,
                SHOP + "frontends:\n  web: {bind: ':8080', backend: shop, " + settings + "}\n",
                problems);
    }

    /** A backend that is right but for these settings. */
    private static Broken backend(String rule, String settings, String... problems) {
        return part(rule, "backends:\n  b: {servers: {s: s:1}, " + settings + "}\n", problems);
    }

    static Stream<Broken> syntax() {
        return Stream.of(
                broken(
                        "a bracket is not closed",
                        "frontends: {web: [a\n",
                        "1:18: not valid YAML: what begins here has no end: close it"),
                broken(
                        "a bracket is not closed on its line",
                        "frontends:\n  web:\n    backend: [shop\n    bind: :80\n",
                        "4:9: not valid YAML: here or before it a , or a ] is missing: the [ is at"
                                + " 3:14"),
                broken(
                        "a brace is not closed on its line",
                        "admin: {bind: '127.0.0.1:7070'\nnode: lb1\n",
                        "2:1: not valid YAML: here or before it a , or a } is missing: the { is at"
                                + " 1:8"),
                broken(
                        "a quote is not closed",
                        "node: \"lb1\nfrontends: {}\n",
                        "1:7: not valid YAML: what begins here has no end: close it"),
                broken(
                        "a tab indents",
                        "admin:\n\tbind: :1\n",
                        "2:1: not valid YAML: must not hold a tab here: indent with blanks"),
                broken(
                        "two documents",
                        "node: a\n---\nnode: b\n",
                        "2:1: not valid YAML: must be one document: remove this ---"),
                broken(
                        "a line indented like nothing before it",
                        "backends:\n  b:\n    servers:\n      s: s:1\n     t: t:1\n",
                        "5:6: not valid YAML: must be indented like what it belongs to, and be a key:"
                                + " value"),
                broken(
                        "a line without its colon",
                        "frontends: {}\nbackend shop\nnode: lb1\n",
                        "2:1: not valid YAML: this line wants a colon and a blank, as in key: value"),
                broken(
                        "a line without its colon, below another",
                        "backends:\n  shop\n    servers: {s: s:1}\nnode: lb1\n",
                        "3:12: not valid YAML: no key: value can stand here: indent this line like"
                                + " those beside it; or, if the text before it has a colon of its"
                                + " own, write it in quotes"),
                broken(
                        "a last line without its colon",
                        "frontends: {}\nbackend shop\n",
                        "2:1: not valid YAML: this line wants a colon and a blank, as in key: value"),
                broken(
                        "every address, as other programs write it",
                        "frontends: {web: {bind: *:80}}\n",
                        "1:25: not valid YAML: found undefined alias :80; if this is a text, write it"
                                + " in quotes"),
                broken(
                        "a line that is indented too far",
                        "frontends: {}\nnode: lb1\n  backends: {}\n",
                        "3:11: not valid YAML: no key: value can stand here: indent this line like"
                                + " those beside it; or, if the text before it has a colon of its"
                                + " own, write it in quotes"),
                broken(
                        "a character that is YAML's",
                        "node: @lb\n",
                        "1:7: not valid YAML: found character '@' that cannot start any token. while"
                                + " scanning for the next token; if this is a text, write it in"
                                + " quotes"),
                broken(
                        "an address that is YAML's list",
                        "frontends:\n  web:\n    bind: [::]:80\n",
                        "3:12: not valid YAML: expected the node content, but found ':' while parsing a"
                                + " flow node; if this is a text, write it in quotes"),
                broken(
                        "a port without its colon in a mapping",
                        "frontends: {web: {bind: :80}}\n",
                        "1:25: not valid YAML: expected the node content, but found ':' while parsing a"
                                + " flow node; if this is a text, write it in quotes"),
                broken(
                        "a control character",
                        "node: a\nbackends: \u0007\n",
                        "2:11: not valid YAML: must not hold the character U+0007"),
                broken(
                        "an empty file",
                        "",
                        "1:1: frontends: missing: must be given, as in web: {bind: ':8080',"
                                + " backend: shop}; {} means none"),
                broken(
                        "only a comment",
                        "# later\n",
                        "1:1: frontends: missing: must be given, as in web: {bind: ':8080',"
                                + " backend: shop}; {} means none"),
                broken(
                        "no keys",
                        "{}\n",
                        "1:1: frontends: missing: must be given, as in web: {bind: ':8080',"
                                + " backend: shop}; {} means none"),
                broken("the top is a list", "- a\n", "1:1: a list: must be a mapping of settings"),
                broken("the top is a text", "hello\n", "1:1: hello: must be a mapping of settings"),
                part(
                        "nested without end",
                        "a: " + "[".repeat(100_000),
                        "1:35: nested too deep: must be at most 32 deep"),
                broken(
                        "aliases that multiply",
                        "a: &a [x]\nb: [" + "*a, ".repeat(60) + "x]\n",
                        "not valid YAML: Number of aliases for non-scalar nodes exceeds the"
                                + " specified max=50"),
                broken(
                        "aliases of a list that is large itself",
                        "a: &a [" + "x,".repeat(50_000) + "x]\nb: [" + "*a,".repeat(45) + "x]\n",
                        "2:59: too large with its aliases: must be at most a million values"),
                part(
                        "an alias within itself",
                        "backends: &b {shop: *b}\n",
                        "1:15: backends.shop.shop: no such setting: must be servers, balance,"
                                + " health-check, retries, timeouts, when-down, max-queue, answer, eject or"
                                + " panic",
                        "1:15: backends.shop.servers: missing: must name at least one, as in web1:"
                                + " 10.0.0.1:80"),
                broken(
                        "cut short before the frontends",
                        SHOP,
                        "1:1: frontends: missing: must be given, as in web: {bind: ':8080',"
                                + " backend: shop};"
                                + " {} means none"),
                part(
                        "a reference without quotes in a mapping",
                        "node: x😀\nbackends: {b: {servers: {s: ${env:H}:80}}}\n",
                        "2:30: not valid YAML: within { } and [ ] a value with ${ must be in"
                                + " quotes, as"
                                + " in \"${env:NAME}:80\""),
                part(
                        "a reference without quotes in a list",
                        "backends: [${node}]\n",
                        "1:13: not valid YAML: within { } and [ ] a value with ${ must be in"
                                + " quotes, as"
                                + " in \"${env:NAME}:80\""),
                part(
                        "tags, everywhere",
                        "node: !!str lb1\nbackends: !a {!b b: {servers: !!map {s: s:1}}}\n"
                                + "admin: ! {}\n",
                        "1:7: !!str: must be written without a tag",
                        "2:11: !a: must be written without a tag",
                        "2:15: !b: must be written without a tag",
                        "2:31: !!map: must be written without a tag",
                        "3:8: !: must be written without a tag"),
                part(
                        "a key that is no word",
                        "? [a]\n: b\n",
                        "1:3: a list: must be a word: it is a key"));
    }

    static Stream<Broken> keys() {
        return Stream.of(
                part(
                        "an unknown key far from any known",
                        "colour: red\n",
                        "1:1: colour: no such setting: must be node, data, admin, frontends,"
                                + " backends or shutdown"),
                broken(
                        "a misspelt key, of which nothing else follows",
                        "frontends: {web: {bnd: ':80', backend: shop}}\n" + SHOP,
                        "1:19: frontends.web.bnd: no such setting: must be bind, mode, backend,"
                                + " routes, timeouts, access-log, max-body, upgrade,"
                                + " trusted-proxies, request-id, limits, clients or underscore-names"
                                + " (did you mean bind?)"),
                broken(
                        "misspelt keys, and what is wrong below them",
                        """
                        frontend:
                          web: {bnd: ":80x", backend: shpo}
                        bakends:
                          shop: {server: {web1: web1}, when_down: {status: 1000}, timeout: 5s}
                        """,
                        "1:1: frontend: no such setting: must be node, data, admin, frontends,"
                                + " backends or shutdown (did you mean frontends?)",
                        "2:9: frontends.web.bnd: no such setting: must be bind, mode, backend,"
                                + " routes, timeouts, access-log, max-body, upgrade,"
                                + " trusted-proxies, request-id, limits, clients or underscore-names"
                                + " (did you mean bind?)",
                        "2:14: frontends.web.bind: :80x: must be an address and a port from 0 to"
                                + " 65535, as in 10.0.0.1:80, web1:80 or [::1]:80",
                        "2:31: frontends.web.backend: shpo: must be one of the backends (did you"
                                + " mean shop?)",
                        "3:1: bakends: no such setting: must be node, data, admin, frontends,"
                                + " backends or shutdown (did you mean backends?)",
                        "4:10: backends.shop.server: no such setting: must be servers, balance,"
                                + " health-check, retries, timeouts, when-down, max-queue,"
                                + " answer, eject or panic (did you mean servers?)",
                        "4:25: backends.shop.servers.web1.address: web1: must be a host and a"
                                + " port from 1 to 65535, as in 10.0.0.1:80, web1:80 or [::1]:80",
                        "4:32: backends.shop.when_down: no such setting: must be servers,"
                                + " balance, health-check, retries, timeouts, when-down,"
                                + " max-queue, answer, eject or panic (did you mean when-down?)",
                        "4:52: backends.shop.when-down.status: 1000: must be a whole number from"
                                + " 200 to 599",
                        "4:59: backends.shop.timeout: no such setting: must be servers, balance,"
                                + " health-check, retries, timeouts, when-down, max-queue,"
                                + " answer, eject or panic (did you mean timeouts?)"),
                broken(
                        "backends misspelt, so that none is known",
                        WEB.replace("backends", "backend"),
                        "2:1: backend: no such setting: must be node, data, admin, frontends,"
                                + " backends or shutdown (did you mean backends?)"),
                broken(
                        "a word of other proxies",
                        "frontends: {web: {listen: ':80', websockets: true, backend: shop}}\n"
                                + SHOP,
                        "1:19: frontends.web.listen: no such setting: must be bind, mode, backend,"
                                + " routes, timeouts, access-log, max-body, upgrade,"
                                + " trusted-proxies, request-id, limits, clients or underscore-names"
                                + " (did you mean bind?)",
                        "1:34: frontends.web.websockets: no such setting: must be bind, mode,"
                                + " backend, routes, timeouts, access-log, max-body, upgrade,"
                                + " trusted-proxies, request-id, limits, clients or underscore-names"
                                + " (did you mean upgrade?)",
                        "1:46: frontends.web.upgrade: true: must be websocket, the one protocol"
                                + " that is known"),
                part(
                        "a key twice",
                        "node: a\ndata: x\nnode: b\n",
                        "3:1: node: given again: must be given once: it is on line 1 already"),
                broken(
                        "a mapping twice, both with problems of their own",
                        """
                        frontends: {web: {bind: ':8080', backend: api}}
                        backends: {shop: {servers: {s: s:1}, balance: x}}
                        backends: {api: {servers: {s: s:0}}}
                        """,
                        "2:47: backends.shop.balance: x: must be round-robin, least-connections,"
                                + " source-hash or random-two",
                        "3:1: backends: given again: must be given once: it is on line 2 already",
                        "3:31: backends.api.servers.s.address: s:0: must be a host and a port"
                                + " from 1 to"
                                + " 65535, as in 10.0.0.1:80, web1:80 or [::1]:80"),
                part(
                        "a server twice",
                        "backends:\n  b:\n    servers:\n      s: s:1\n      s: s:2\n",
                        "5:7: backends.b.servers.s: given again: must be given once: it is on line"
                                + " 4 already"),
                part(
                        "a name with a blank",
                        "backends: {my shop: {servers: {s: s:1}}}\n",
                        "1:12: backends.my shop: my shop: must be a name of letters, digits, dots,"
                                + " dashes and underscores, at most 64 long"),
                broken(
                        "names that cannot be, and what is wrong below them",
                        """
                        frontends: {"my web": {bind: ':8080', backend: sh op, max-body: 1}}
                        backends: {sh op: {servers: {"\\e[1m": {address: a:1, weight: 0}}}}
                        """,
                        "1:13: frontends.my web: my web: must be a name of letters, digits, dots,"
                                + " dashes and underscores, at most 64 long",
                        "1:65: frontends.my web.max-body: 1: must be a size with its unit, as in"
                                + " 512B, 64KiB, 10MiB, 1GiB, or unlimited (did you mean 1B?)",
                        "2:12: backends.sh op: sh op: must be a name of letters, digits, dots,"
                                + " dashes and underscores, at most 64 long",
                        "2:30: backends.sh op.servers.?[1m: ?[1m: must be a name of letters,"
                                + " digits, dots, dashes and underscores, at most 64 long",
                        "2:62: backends.sh op.servers.?[1m.weight: 0: must be a whole number from"
                                + " 1 to 256"),
                part(
                        "a name with a dot is quoted in the path",
                        "backends: {shop.v2: {}}\n",
                        "1:12: backends.\"shop.v2\".servers: missing: must name at least one, as in"
                                + " web1: 10.0.0.1:80"));
    }

    static Stream<Broken> later() {
        Stream<Broken> top =
                Stream.of(
                                "cluster",
                                "virtual-addresses",
                                "databases",
                                "dns",
                                "slos",
                                "maintenance",
                                "alerts",
                                "notify")
                        .map(word ->
                                part(
                                        word,
                                        word + ": {a: {b: s3cret}}\n",
                                        "1:1: "
                                                + word
                                                + ": not available in this version: remove"
                                                + " it until a version has it"));
        String remove = ": not available in this version: remove it until a version has it";
        Stream<Broken> below =
                Stream.of(
                        frontend("tls", "tls: {}", "3:39: frontends.web.tls" + remove),
                        frontend(
                                "accept-proxy-protocol",
                                "accept-proxy-protocol: []",
                                "3:39: frontends.web.accept-proxy-protocol" + remove),
                        backend(
                                "sticky",
                                "sticky: {cookie: C}",
                                "2:26: backends.b.sticky" + remove),
                        backend(
                                "https",
                                "health-check: {https: /}",
                                "2:41: backends.b.health-check.https" + remove),
                        part(
                                "a database's backend, declared",
                                "backends: {orders/primary: {}}\n",
                                "1:12: backends.orders/primary: not available in this version:"
                                        + " names of this form come with databases; remove it"),
                        broken(
                                "a database's backend, used",
                                WEB.replace("backend: shop", "backend: orders/replicas"),
                                "1:43: frontends.web.backend: orders/replicas: is of a form that"
                                        + " comes with databases: not available in this version"),
                        part(
                                "the node's address",
                                SHOP.replace("web1:80", "'${address}:80'"),
                                "1:35: backends.shop.servers.web1.address: ${address}:80:"
                                        + " ${address} is not available in this version: it comes"
                                        + " with the cluster"));
        return Stream.concat(top, below);
    }

    static Stream<Broken> values() {
        return Stream.of(
                backend(
                        "a duration without unit",
                        "timeouts: {connect: 2}",
                        "2:46: backends.b.timeouts.connect: 2: must be a duration with its unit,"
                                + " as in 500ms, 2s, 5m, 1h or 30d (did you mean 2s?)"),
                backend(
                        "durations without unit that were milliseconds",
                        "health-check: {interval: 2000, timeout: 500}",
                        "2:51: backends.b.health-check.interval: 2000: must be a duration with its"
                                + " unit, as in 500ms, 2s, 5m, 1h or 30d (did you mean 2000ms?)",
                        "2:66: backends.b.health-check.timeout: 500: must be a duration with its"
                                + " unit, as in 500ms, 2s, 5m, 1h or 30d (did you mean 500ms?)"),
                backend(
                        "durations without unit that would be refused with the likely one",
                        "timeouts: {connect: 0}, eject: {base: 500}",
                        "2:46: backends.b.timeouts.connect: 0: must be a duration with its unit, as"
                                + " in 500ms, 2s, 5m, 1h or 30d",
                        "2:64: backends.b.eject.base: 500: must be a duration with its unit, as in"
                                + " 500ms, 2s, 5m, 1h or 30d"),
                backend(
                        "a duration of zero where there must be one",
                        "timeouts: {connect: 0s}",
                        "2:46: backends.b.timeouts.connect: 0s: must be from 1ms to 1h"),
                backend(
                        "a duration beyond any use",
                        "timeouts: {response: 999999999999d}",
                        "2:47: backends.b.timeouts.response: 999999999999d: must be from 1ms to 1d"),
                backend(
                        "negative amounts",
                        "timeouts: {connect: -5s, queue: -1ms}, max-queue: -1, retries:"
                                + " {hold-body: -1KiB}",
                        "2:46: backends.b.timeouts.connect: -5s: must be from 1ms to 1h, and not"
                                + " negative",
                        "2:58: backends.b.timeouts.queue: -1ms: must be at most 1h, and not"
                                + " negative",
                        "2:76: backends.b.max-queue: -1: must be a whole number from 0 to 1000000",
                        "2:101: backends.b.retries.hold-body: -1KiB: must be at most 16MiB, and"
                                + " not negative"),
                frontend(
                        "a negative size without a bound",
                        "max-body: -1KiB",
                        "3:49: frontends.web.max-body: -1KiB: must not be negative"),
                backend(
                        "a size without unit",
                        "retries: {hold-body: 1024}",
                        "2:47: backends.b.retries.hold-body: 1024: must be a size with its unit, as"
                                + " in 512B, 64KiB, 10MiB, 1GiB, or unlimited (did you mean"
                                + " 1024B?)"),
                backend(
                        "a size in decimal units",
                        "retries: {hold-body: 64kB}",
                        "2:47: backends.b.retries.hold-body: 64kB: must be a size with its unit, as"
                                + " in 512B, 64KiB, 10MiB, 1GiB, or unlimited (did you mean"
                                + " 64KiB?)"),
                backend(
                        "a size too large for a number",
                        "retries: {hold-body: 999999999999GiB}",
                        "2:47: backends.b.retries.hold-body: 999999999999GiB: must be at most"
                                + " 16MiB"),
                broken(
                        "a size too large for a number, where every one may be",
                        "frontends: {a: {bind: ':80', backend: shop, max-body: 99999999999GiB},"
                                + " b: {bind: ':81', backend: shop, max-body: 8589934592GiB}}\n"
                                + SHOP,
                        "1:55: frontends.a.max-body: 99999999999GiB: must be at most 8589934591GiB,"
                                + " or unlimited",
                        "1:114: frontends.b.max-body: 8589934592GiB: must be at most 8589934591GiB,"
                                + " or unlimited"),
                backend(
                        "a duration too large for a number",
                        "timeouts: {connect: 9223372036854775807d, queue: 0000000000000001}",
                        "2:46: backends.b.timeouts.connect: 9223372036854775807d: must be from 1ms"
                                + " to 1h",
                        "2:75: backends.b.timeouts.queue: 0000000000000001: must be a duration with"
                                + " its unit, as in 500ms, 2s, 5m, 1h or 30d"),
                part(
                        "merge keys",
                        "backends:\n  a: &a {servers: {s: s:1}}\n  b:\n    <<: *a\n"
                                + "    servers: {<<: *a, s: s:1}\n",
                        "4:5: backends.b.<<: not taken: must be written out: an alias stands for a"
                                + " whole value, and merge keys are not read",
                        "5:15: backends.b.servers.<<: not taken: must be written out: an alias"
                                + " stands for a whole value, and merge keys are not read"),
                part(
                        "names that are steps of a path",
                        "backends: {.: {servers: {..: s:1, ...: s:2}}}\n",
                        "1:12: backends.\".\": .: must not be . or ..: in a path these lead elsewhere",
                        "1:26: backends.\".\".servers.\"..\": ..: must not be . or ..: in a path"
                                + " these lead elsewhere"),
                backend(
                        "more held than memory allows",
                        "retries: {hold-body: unlimited}",
                        "2:47: backends.b.retries.hold-body: unlimited: must be at most 16MiB"),
                backend(
                        "a share without its sign",
                        "retries: {budget: 20}",
                        "2:44: backends.b.retries.budget: 20: must be a percentage from 0% to 100%,"
                                + " as in 20% or 99.9% (did you mean 20%?)"),
                backend(
                        "attempts below and above",
                        "retries: {attempts: 0}",
                        "2:46: backends.b.retries.attempts: 0: must be a whole number from 1 to"
                                + " 10"),
                backend(
                        "a word for a number",
                        "max-queue: many",
                        "2:37: backends.b.max-queue: many: must be a whole number from 0 to"
                                + " 1000000"),
                backend(
                        "a fraction for a whole number",
                        "max-queue: 1.5",
                        "2:37: backends.b.max-queue: 1.5: must be a whole number from 0 to"
                                + " 1000000"),
                backend(
                        "a policy misspelt",
                        "balance: roundrobin",
                        "2:35: backends.b.balance: roundrobin: must be round-robin,"
                                + " least-connections, source-hash or random-two (did you mean"
                                + " round-robin?)"),
                backend(
                        "a list for a text",
                        "balance: [round-robin]",
                        "2:35: backends.b.balance: a list: must be round-robin, least-connections,"
                                + " source-hash or random-two"),
                backend(
                        "a mapping for a text",
                        "max-queue: {a: b}",
                        "2:37: backends.b.max-queue: a mapping: must be a whole number from 0 to"
                                + " 1000000"),
                backend(
                        "a text for a group",
                        "retries: 3",
                        "2:35: backends.b.retries: 3: must be a mapping of settings"),
                backend(
                        "nothing for a group",
                        "retries: ",
                        "2:34: backends.b.retries: empty: must be a mapping of settings"),
                backend(
                        "statuses that are no failures",
                        "retries: {on-status: [200, 503]}",
                        "2:48: backends.b.retries.on-status[0]: 200: must be a whole number from"
                                + " 400 to 599"),
                backend(
                        "a check that is none of the words",
                        "health-check: http",
                        "2:40: backends.b.health-check: http: must be tcp, none or a mapping of"
                                + " settings"),
                backend(
                        "a check's path that is none",
                        "health-check: {http: non}",
                        "2:47: backends.b.health-check.http: non: must be a path that begins with"
                                + " /, without blanks, as in /health, or none"),
                backend(
                        "statuses upside down",
                        "health-check: {http: /, expect-status: 399-200}",
                        "2:65: backends.b.health-check.expect-status: 399-200: must be a status"
                                + " or a"
                                + " range, as in 204 or 200-399"),
                backend(
                        "no status at all",
                        "health-check: {http: /, expect-status: []}",
                        "2:65: backends.b.health-check.expect-status: []: must name at least one"),
                backend(
                        "a header slipped into a path",
                        "health-check: {http: \"/x HTTP/1.1\\r\\nX: y\"}",
                        "2:47: backends.b.health-check.http: /x HTTP/1.1??X: y: must be a path that"
                                + " begins with /, without blanks, as in /health, or none"),
                backend(
                        "a header slipped into a host",
                        "health-check: {http: /, host: \"a\\r\\nX: y\"}",
                        "2:56: backends.b.health-check.host: a??X: y: must be a host, with a port"
                                + " or"
                                + " without, as in shop.example.com"),
                backend(
                        "a host of two words",
                        "health-check: {http: /, host: a b}",
                        "2:56: backends.b.health-check.host: a b: must be a host, with a port or"
                                + " without, as in shop.example.com"),
                backend(
                        "a request slipped into a method",
                        "health-check: {http: /, method: \"GET / HTTP/1.1\\r\\n\"}",
                        "2:58: backends.b.health-check.method: GET / HTTP/1.1??: must be a method"
                                + " in"
                                + " capitals, as in GET or HEAD"),
                backend(
                        "a control character in a path",
                        "health-check: {http: \"/\\x07\"}",
                        "2:47: backends.b.health-check.http: /?: must be a path that begins with /,"
                                + " without blanks, as in /health, or none"),
                backend(
                        "a text that HEAD never answers with",
                        "health-check: {http: /, method: HEAD, expect-text: well}",
                        "2:77: backends.b.health-check.expect-text: well: must be given only with a"
                                + " method whose answer has a body, not HEAD"),
                backend(
                        "rise and fall of zero",
                        "health-check: {rise: 0, fall: 0}",
                        "2:47: backends.b.health-check.rise: 0: must be a whole number from 1 to"
                                + " 100",
                        "2:56: backends.b.health-check.fall: 0: must be a whole number from 1 to"
                                + " 100"),
                frontend(
                        "an unknown protocol to upgrade to",
                        "upgrade: [websocket, h2c]",
                        "3:60: frontends.web.upgrade[1]: h2c: must be websocket, the one protocol"
                                + " that is known"),
                frontend(
                        "a network that is none",
                        "trusted-proxies: [10.0.0.0/33, example]",
                        "3:57: frontends.web.trusted-proxies[0]: 10.0.0.0/33: must be a network or"
                                + " an address, as in 10.0.0.0/8, 192.0.2.7 or fd00::/8",
                        "3:70: frontends.web.trusted-proxies[1]: example: must be a network or an"
                                + " address, as in 10.0.0.0/8, 192.0.2.7 or fd00::/8"),
                frontend(
                        "a route's path and host",
                        "routes: {host: 'a:80', path: api, backend: shop}",
                        "3:54: frontends.web.routes.host: a:80: must be a host without its port, as"
                                + " in example.com or *.example.com",
                        "3:68: frontends.web.routes.path: api: must be a path that begins with /,"
                                + " without blanks, ? and #, as in /static/"),
                frontend(
                        "a route to nowhere",
                        "routes: [{path: /a}]",
                        "3:48: frontends.web.routes[0].backend: missing: must be given"),
                frontend(
                        "yes for true",
                        "underscore-names: yes",
                        "3:57: frontends.web.underscore-names: yes: must be true or false (did you"
                                + " mean true?)"),
                part(
                        "an address without port",
                        SHOP.replace("web1:80", "web1"),
                        "1:35: backends.shop.servers.web1.address: web1: must be a host and a"
                                + " port from 1 to 65535, as in 10.0.0.1:80, web1:80 or [::1]:80"),
                part(
                        "a port beyond the last",
                        SHOP.replace("web1:80", "web1:65536"),
                        "1:35: backends.shop.servers.web1.address: web1:65536: must be a host"
                                + " and a port from 1 to 65535, as in 10.0.0.1:80, web1:80 or"
                                + " [::1]:80"),
                part(
                        "a server on no port",
                        SHOP.replace("web1:80", "web1:0"),
                        "1:35: backends.shop.servers.web1.address: web1:0: must be a host and a"
                                + " port"
                                + " from 1 to 65535, as in 10.0.0.1:80, web1:80 or [::1]:80"),
                part(
                        "a server on every address",
                        SHOP.replace("web1:80", "0.0.0.0:80"),
                        "1:35: backends.shop.servers.web1.address: 0.0.0.0:80: must be one host to"
                                + " connect to, and this is every address"),
                part(
                        "a server at a URL",
                        SHOP.replace("web1:80", "http://web1:80/"),
                        "1:35: backends.shop.servers.web1.address: http://web1:80/: must be without"
                                + " http:// and without a path, as in web1:80"),
                part(
                        "a server at half an address of IPv4",
                        SHOP.replace("web1:80", "127.1:80"),
                        "1:35: backends.shop.servers.web1.address: 127.1:80: must have an IPv4"
                                + " address of four numbers from 0 to 255, without zeros before"
                                + " them, as in 10.0.0.1:80"),
                part(
                        "a server at no address of IPv6",
                        SHOP.replace("web1:80", "'[2001:db8::12345]:80'"),
                        "1:35: backends.shop.servers.web1.address: [2001:db8::12345]:80: must have"
                                + " an IPv6 address in its brackets, as in [2001:db8::1]:80"),
                part(
                        "an address of one network card",
                        "admin: {bind: '[fe80::1%eth0]:80'}\n",
                        "1:15: admin.bind: [fe80::1%eth0]:80: must be without % and what follows it:"
                                + " addresses that hold for one network card alone are not taken"),
                backend(
                        "a check for no host",
                        "health-check: {http: /, host: '[:]:80'}",
                        "2:56: backends.b.health-check.host: [:]:80: must be a host, with a port or"
                                + " without, as in shop.example.com"),
                part(
                        "a server of no host",
                        SHOP.replace("web1:80", "':80'"),
                        "1:35: backends.shop.servers.web1.address: :80: must be a host and a port"
                                + " from 1 to 65535, as in 10.0.0.1:80, web1:80 or [::1]:80"),
                part(
                        "weights",
                        SHOP.replace("web1:80", "{address: a:1, weight: 257}"),
                        "1:58: backends.shop.servers.web1.weight: 257: must be a whole number from"
                                + " 1 to 256"),
                part(
                        "a long value is cut",
                        "node: " + "x".repeat(200) + "\n",
                        "1:7: node: "
                                + "x".repeat(64)
                                + "…: must be a name of letters, digits, dots, dashes and"
                                + " underscores, at most 64 long"));
    }

    static Stream<Broken> wholes() {
        return Stream.of(
                broken(
                        "a frontend without anything",
                        "frontends:\n  web: {}\n",
                        "2:3: frontends.web.bind: missing: must be given, as in bind: :8080",
                        "2:3: frontends.web.backend: missing: must name the backend that requests"
                                + " go"
                                + " to, or there must be routes"),
                broken(
                        "a tcp frontend without backend",
                        "frontends:\n  db: {bind: ':1', mode: tcp}\n",
                        "2:3: frontends.db.backend: missing: must name the backend that connections"
                                + " go to"),
                broken(
                        "a backend that does not exist, in each place",
                        """
                        frontends:
                          web: {bind: ":8080", backend: shpo, routes: [{path: /, backend: xyz}]}
                        backends:
                          shop: {servers: {s: s:1}, when-down: {backend: sorry}}
                        """,
                        "2:33: frontends.web.backend: shpo: must be one of the backends (did you"
                                + " mean shop?)",
                        "2:67: frontends.web.routes[0].backend: xyz: must be one of the backends:"
                                + " shop",
                        "4:50: backends.shop.when-down.backend: sorry: must be one of the"
                                + " backends: shop"),
                broken(
                        "a backend that is none of many",
                        """
                        frontends:
                          web: {bind: ":8080", backend: xyz}
                        backends: {a1: &b {servers: {s: s:1}}, a2: *b, a3: *b, a4: *b, a5: *b, a6: *b, a7: *b}
                        """,
                        "2:33: frontends.web.backend: xyz: must be one of the backends: a1, a2, a3,"
                                + " a4, a5 and 2 more"),
                broken(
                        "a backend with a problem of its own still exists",
                        WEB.replace("web1:80", "web1"),
                        "2:35: backends.shop.servers.web1.address: web1: must be a host and a"
                                + " port from 1 to 65535, as in 10.0.0.1:80, web1:80 or [::1]:80"),
                broken(
                        "backends that are no mapping",
                        "frontends: {web: {bind: ':8080', backend: shop}}\nbackends: 5\n",
                        "2:11: backends: 5: must be a mapping, name: value, …"),
                part(
                        "backends without servers",
                        "backends:\n  a: {}\n  b: {servers: {}}\n",
                        "2:3: backends.a.servers: missing: must name at least one, as in web1:"
                                + " 10.0.0.1:80",
                        "3:7: backends.b.servers: {}: must name at least one, as in web1:"
                                + " 10.0.0.1:80"),
                part(
                        "stand-ins in a circle, told once",
                        """
                        backends:
                          a: {servers: {s: s:1}, when-down: {backend: b}}
                          b: {servers: {s: s:1}, when-down: {backend: c}}
                          c: {servers: {s: s:1}, when-down: {backend: b}}
                        """,
                        "3:47: backends.b.when-down.backend: c: must not lead back to the backend"
                                + " itself: b -> c -> b"),
                part(
                        "a fixed answer and another backend",
                        """
                        backends:
                          a: {servers: {s: s:1}, when-down: {status: 200, backend: b}}
                          b: {servers: {s: s:1}}
                        """,
                        "2:46: backends.a.when-down.status: 200: must be given only without"
                                + " backend"),
                broken(
                        "an address taken twice",
                        """
                        frontends:
                          a: {bind: [127.0.0.1:8080, "[::1]:81"], backend: shop}
                          b: {bind: ["[0::1]:81", "0.0.0.0:8080"], backend: shop}
                          c: {bind: localhost:7070, backend: shop}
                        """
                                + SHOP,
                        "3:14: frontends.b.bind[0]: [0::1]:81: must be free: frontends.a.bind[1]"
                                + " takes it",
                        "3:27: frontends.b.bind[1]: 0.0.0.0:8080: must be free:"
                                + " frontends.a.bind[0] takes it",
                        "4:13: frontends.c.bind: localhost:7070: must be free: admin.bind takes it"),
                broken(
                        "port 0 twice at one address",
                        """
                        admin: {bind: "127.0.0.1:0"}
                        frontends:
                          a: {bind: ["127.0.0.1:0", ":0", "0.0.0.0:0"], backend: shop}
                          b: {bind: "127.0.0.1:0", backend: shop}
                          c: {bind: ["[::1]:0", "[0::1]:0"], backend: shop}
                        """
                                + SHOP,
                        "4:13: frontends.b.bind: 127.0.0.1:0: must be another address or have a"
                                + " port: port 0 can stand once for an address, and"
                                + " frontends.a.bind[0] has it",
                        "5:25: frontends.c.bind[1]: [0::1]:0: must be another address or have a"
                                + " port: port 0 can stand once for an address, and"
                                + " frontends.c.bind[0] has it"),
                broken(
                        "every address of IPv4 beside IPv6",
                        """
                        admin: {bind: "0.0.0.0:7070", token-file: token}
                        frontends:
                          a: {bind: ["0.0.0.0:8080", "[fd00::1]:8080", "[::1]:7070"], backend: shop}
                          b: {bind: ["0.0.0.0:81", "[::]:81"], backend: here}
                        backends:
                          shop: {servers: {s: "[::1]:8080"}}
                          here: {servers: {s: "[::1]:81", t: "127.0.0.1:81"}}
                        """,
                        "1:43: admin.token-file: token: must be a file that exists: there is no"
                                + " token",
                        "3:48: frontends.a.bind[2]: [::1]:7070: must be free: admin.bind takes it",
                        "4:28: frontends.b.bind[1]: [::]:81: must be free: frontends.b.bind[0]"
                                + " takes it",
                        "7:23: backends.here.servers.s.address: [::1]:81: must not be where"
                                + " frontends.b listens, which leads here: nothing would ever"
                                + " arrive",
                        "7:38: backends.here.servers.t.address: 127.0.0.1:81: must not be where"
                                + " frontends.b listens, which leads here: nothing would ever"
                                + " arrive"),
                broken(
                        "every address in another spelling",
                        """
                        frontends:
                          a: {bind: "[0::0]:81", backend: shop}
                        backends:
                          shop: {servers: {s: "127.0.0.1:81", t: "[::0]:80"}}
                        """,
                        "4:23: backends.shop.servers.s.address: 127.0.0.1:81: must not be where"
                                + " frontends.a listens, which leads here: nothing would ever"
                                + " arrive",
                        "4:42: backends.shop.servers.t.address: [::0]:80: must be one host to"
                                + " connect to, and this is every address"),
                broken(
                        "a server that is the frontend itself",
                        """
                        frontends:
                          a: {bind: ":8080", backend: shop, routes: [{path: /, backend: b}]}
                          c: {bind: "web1:81", backend: c}
                        backends:
                          shop: {servers: {s: localhost:8080}}
                          b: {servers: {s: s:8080}, when-down: {backend: d}}
                          c: {servers: {s: {address: web1:81}, t: 127.0.0.1:8080}}
                          d: {servers: {s: "[::1]:8080"}}
                        """,
                        "5:23: backends.shop.servers.s.address: localhost:8080: must not be where"
                                + " frontends.a listens, which leads here: nothing would ever"
                                + " arrive",
                        "7:30: backends.c.servers.s.address: web1:81: must not be where frontends.c"
                                + " listens, which leads here: nothing would ever arrive",
                        "8:20: backends.d.servers.s.address: [::1]:8080: must not be where"
                                + " frontends.a listens, which leads here: nothing would ever"
                                + " arrive"),
                broken(
                        "HTTP's words on a tcp frontend",
                        """
                        frontends:
                          db:
                            bind: ":1"
                            mode: tcp
                            backend: shop
                            routes: [{path: /, backend: shop}]
                            max-body: 1KiB
                            upgrade: websocket
                            trusted-proxies: 10.0.0.1
                            request-id: true
                            limits: {}
                            underscore-names: true
                            timeouts: {request-head: 1s, idle: 1s, tunnel: 1h}
                            access-log: {file: db.log, format: haproxy}
                            clients: {max-connections: 9, requests-per-second: 5, request-burst: 9}
                        """
                                + SHOP,
                        "6:5: frontends.db.routes: a list: must be given only with mode: http",
                        "7:15: frontends.db.max-body: 1KiB: must be given only with mode: http",
                        "8:14: frontends.db.upgrade: websocket: must be given only with mode:"
                                + " http",
                        "9:22: frontends.db.trusted-proxies: 10.0.0.1: must be given only with"
                                + " mode: http",
                        "10:17: frontends.db.request-id: true: must be given only with mode: http",
                        "11:5: frontends.db.limits: a mapping: must be given only with mode: http",
                        "12:23: frontends.db.underscore-names: true: must be given only with mode:"
                                + " http",
                        "13:30: frontends.db.timeouts.request-head: 1s: must be given only with"
                                + " mode: http",
                        "13:40: frontends.db.timeouts.idle: 1s: must be given only with mode:"
                                + " http",
                        "14:5: frontends.db.access-log: a mapping: must be given only with mode:"
                                + " http",
                        "15:56: frontends.db.clients.requests-per-second: 5: must be given only"
                                + " with mode: http",
                        "15:74: frontends.db.clients.request-burst: 9: must be given only with"
                                + " mode: http"),
                frontend(
                        "a burst without a rate",
                        "clients: {request-burst: 20}",
                        "3:64: frontends.web.clients.request-burst: 20: must be given only with"
                                + " requests-per-second"),
                frontend(
                        "exempt from nothing",
                        "clients: {exempt: 10.0.0.0/8}",
                        "3:57: frontends.web.clients.exempt: 10.0.0.0/8: must be given only with"
                                + " max-connections-per-address or requests-per-second"),
                frontend(
                        "exempt from what cannot be read",
                        "clients: {max-connections-per-address: x, exempt: 10.0.0.0/8}",
                        "3:78: frontends.web.clients.max-connections-per-address: x: must be a"
                                + " whole number from 0 to 1000000"),
                broken(
                        "HTTP's answers behind a tcp frontend",
                        """
                        frontends: {db: {bind: ":1", mode: tcp, backend: a}}
                        backends:
                          a: {servers: {s: s:1}, when-down: {backend: b}}
                          b: {servers: {s: s:1}, answer: redirect, when-down: {status: 500}}
                        """,
                        "4:34: backends.b.answer: redirect: cannot be: it needs HTTP, and the tcp"
                                + " frontend db leads here",
                        "4:44: backends.b.when-down: a fixed answer: cannot be: it needs HTTP, and"
                                + " the tcp frontend db leads here"),
                backend(
                        "an HTTP check's words on a tcp check",
                        "health-check: {method: HEAD, host: a, expect-status: 200, expect-text: b}",
                        "2:49: backends.b.health-check.method: HEAD: must be given only with http:"
                                + " PATH",
                        "2:61: backends.b.health-check.host: a: must be given only with http: PATH",
                        "2:79: backends.b.health-check.expect-status: 200: must be given only with"
                                + " http: PATH",
                        "2:97: backends.b.health-check.expect-text: b: must be given only with"
                                + " http: PATH"),
                backend(
                        "a fast interval that is slower",
                        "health-check: {fast-interval: 3s}",
                        "2:56: backends.b.health-check.fast-interval: 3s: must be at most interval,"
                                + " which is 2s unless given"),
                backend(
                        "an interval below the fast one",
                        "health-check: {interval: 100ms}",
                        "2:51: backends.b.health-check.interval: 100ms: must be at least"
                                + " fast-interval, which is 500ms unless given"),
                backend(
                        "a switch in the words of an earlier YAML",
                        "eject: yes",
                        "2:33: backends.b.eject: yes: must be on, off or a mapping of settings (did"
                                + " you mean on?)"),
                backend(
                        "a switch in the words of other settings",
                        "eject: False",
                        "2:33: backends.b.eject: False: must be on, off or a mapping of settings"
                                + " (did you mean off?)"),
                part(
                        "several folders of data",
                        "data: [x]\n",
                        "1:7: data: a list: must be the path of a folder"),
                backend(
                        "an ejection that begins above its end",
                        "eject: {base: 10m}",
                        "2:40: backends.b.eject.base: 10m: must be at most max, which is 5m unless"
                                + " given"),
                backend(
                        "a share of an ejection, and a panic, that are no percentages",
                        "eject: {share: 2, within: 10ms}, panic: half",
                        "2:41: backends.b.eject.share: 2: must be a percentage from 0% to 100%, as"
                                + " in 20% or 99.9% (did you mean 2%?)",
                        "2:52: backends.b.eject.within: 10ms: must be from 1s to 1h",
                        "2:66: backends.b.panic: half: must be a percentage from 0% to 100%, as in"
                                + " 20% or 99.9%"),
                frontend(
                        "a request line larger than the head",
                        "limits: {request-line: 9KiB, head: 8KiB}",
                        "3:62: frontends.web.limits.request-line: 9KiB: must be at most head, which"
                                + " is 8KiB"),
                part(
                        "an open door",
                        "admin: {bind: ':7070'}\n",
                        "1:15: admin.bind: :7070: must be a loopback address, as in 127.0.0.1:7070,"
                                + " or with a token-file"),
                backend(
                        "a body where none may be",
                        "when-down: {status: 204, body-file: a.yaml}",
                        "2:46: backends.b.when-down.status: 204: must be one that allows a body, or"
                                + " no body-file"));
    }

    static Stream<Broken> files() {
        return Stream.of(
                backend(
                        "a body that is not there",
                        "when-down: {body-file: sorry.html}",
                        "2:49: backends.b.when-down.body-file: sorry.html: must be a file that"
                                + " exists: there is no sorry.html"),
                backend(
                        "a body that is a folder",
                        "when-down: {body-file: .}",
                        "2:49: backends.b.when-down.body-file: .: must be a plain file, not a"
                                + " folder"
                                + " or a device"),
                backend(
                        "a body that is too large",
                        "when-down: {body-file: large}",
                        "2:49: backends.b.when-down.body-file: large: must be a file of at most"
                                + " 1MiB"),
                part(
                        "a token that is empty",
                        "admin: {bind: ':7070', token-file: blank}\n",
                        "1:36: admin.token-file: blank: must hold the token, and is empty"),
                part(
                        "a token that no header can carry",
                        "admin: {bind: ':7070', token-file: a.yaml}\n",
                        "1:36: admin.token-file: a.yaml: must hold the token: one line of letters,"
                                + " digits and signs of ASCII"),
                part(
                        "a token that is too long",
                        "admin: {bind: ':7070', token-file: long}\n",
                        "1:36: admin.token-file: long: must be a file of at most 4KiB"),
                part(
                        "a token that is not there",
                        "admin: {bind: ':7070', token-file: token}\n",
                        "1:36: admin.token-file: token: must be a file that exists: there is no"
                                + " token"),
                part(
                        "data in a file",
                        "data: large\n",
                        "1:7: data: large: must be a folder, and is a file"),
                part(
                        "data behind links in a circle",
                        "data: circle/data\n",
                        "1:7: data: circle/data: must be a folder, and is behind links that lead in"
                                + " a circle: remove one of them, or name another folder"),
                frontend(
                        "a log into a folder",
                        "access-log: .",
                        "3:51: frontends.web.access-log.file: .: must be a regular file or a character"
                                + " device, and is a folder"));
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aConfigurationThatIsAFifoIsRefusedUnopened() throws Exception {
        Path pipe = folder.resolve("pipe.yaml");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        assertThat(new WrittenFile(pipe, WrittenFile.LB1).problems())
                .containsExactly("pipe.yaml: cannot be read: it is a FIFO; name a YAML file");
    }

    @ParameterizedTest
    @MethodSource({"syntax", "keys", "later", "values", "wholes", "files"})
    void aBrokenRuleIsToldWithItsPlace(Broken broken) throws IOException {
        Files.createSymbolicLink(folder.resolve("circle"), Path.of("circle"));
        Files.write(folder.resolve("large"), new byte[(1 << 20) + 1]);
        Files.writeString(folder.resolve("blank"), " \n");
        Files.writeString(folder.resolve("long"), "t".repeat(4097));
        assertThat(WrittenFile.of(folder, broken.file()).problems())
                .map(problem -> problem.replaceFirst("^a.yaml:( (?!\\d))?", ""))
                .containsExactlyElementsOf(broken.problems());
    }
}
