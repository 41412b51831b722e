/// Answers: *what do tests of several modules share?*
///
/// [Patience] is how long a test waits before it calls a thing broken: it goes on the moment its
/// condition holds, and the limit is there only to end what hangs. [RawHttp2] is a peer that breaks
/// the rules: it sends any frames, and reads only if it is told to.
///
/// Threads: see each.
@NullMarked
package guidepost.testing;

import org.jspecify.annotations.NullMarked;
