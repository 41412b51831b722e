/// Answers: *does the whole system do what it says, seen from outside?*
///
/// Every test starts real server processes with the launcher's class path, speaks to them over
/// loopback, and ends them by their process handles. [ServerProcess] runs one, [Terminal] runs the
/// command line against it, [SharedData] finds the large real-world data that some tests need.
@NullMarked
package guidepost.acceptance;

import org.jspecify.annotations.NullMarked;
