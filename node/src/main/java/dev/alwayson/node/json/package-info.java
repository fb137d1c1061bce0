/** The JSON form of core's records, stored by the journal and shown by the admin API. */
@NullMarked
package dev.alwayson.node.json;

import org.jspecify.annotations.NullMarked;
