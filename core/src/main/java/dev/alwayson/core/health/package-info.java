/** How the results of health checks become health. */
@NullMarked
package dev.alwayson.core.health;

import org.jspecify.annotations.NullMarked;
