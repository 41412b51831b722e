/// What readers of rows of any kind have in common: lines of bounded length, and errors that say
/// where a text cannot be read on.
@NullMarked
package guidepost.feeds;

import org.jspecify.annotations.NullMarked;
