/// Stands in for a library that Armeria links to and that no call here reaches.
@NullMarked
package org.curioswitch.common.protobuf.json;

import org.jspecify.annotations.NullMarked;
