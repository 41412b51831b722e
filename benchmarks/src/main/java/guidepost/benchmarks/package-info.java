/// Answers: *how fast is it, beside what it could be?* Each benchmark measures a limit or a rival
/// in the same run, in alternating rounds, and prints medians.
@NullMarked
package guidepost.benchmarks;

import org.jspecify.annotations.NullMarked;
