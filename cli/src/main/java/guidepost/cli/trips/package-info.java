/// Answers: *how do people and scripts record trips and read them?*
///
/// [TripCommands] lists the commands; each is a class named for its noun and verb
/// ([TripRecordCommand]). [TripShapes] says a trip in words and as JSON; [TripGpx] and
/// [TripGeoJson] are the files that it is exported as.
///
/// Threads: a command runs on the main thread.
///
/// ```
/// guidepost trip record walk.gpx
/// ```
@NullMarked
package guidepost.cli.trips;

import org.jspecify.annotations.NullMarked;
