/// Answers: *how long does a test wait before it calls a thing broken?*
///
/// [Patience] is the one limit. A test waits for a condition and goes on the moment it holds; the
/// limit is there only to end a test that would hang, and says nothing of how fast a machine is.
@NullMarked
package guidepost.testing;

import org.jspecify.annotations.NullMarked;
