/** Health checks: probes of targets over real sockets. */
@NullMarked
package dev.alwayson.node.checks;

import org.jspecify.annotations.NullMarked;
