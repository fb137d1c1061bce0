/** Frontends, backends and servers; who serves when, and which server takes a request. */
@NullMarked
package dev.alwayson.core.balance;

import org.jspecify.annotations.NullMarked;
