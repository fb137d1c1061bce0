/**
 * What a setting of the configuration file is made of: its explanation and the forms of its value.
 */
@NullMarked
package dev.alwayson.core.setting;

import org.jspecify.annotations.NullMarked;
