/** The main job on real processes: traffic through a node while servers, files and nodes change. */
@NullMarked
package dev.alwayson.e2e.traffic;

import org.jspecify.annotations.NullMarked;
