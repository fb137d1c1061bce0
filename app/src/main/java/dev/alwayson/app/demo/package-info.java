/** The demo: web servers, the balancer, a steady load and faults, all as a user would have them. */
@NullMarked
package dev.alwayson.app.demo;

import org.jspecify.annotations.NullMarked;
