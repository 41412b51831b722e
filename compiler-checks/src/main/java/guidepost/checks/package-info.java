/// Answers: *why does the whole build not load the compiler's checks thirty times?*
///
/// See [ChecksAgent]. Nothing of the program depends on this.
@NullMarked
package guidepost.checks;

import org.jspecify.annotations.NullMarked;
