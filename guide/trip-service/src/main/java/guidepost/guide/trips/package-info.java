/// How far was it, how long did I move, where did I stop? Trips: recorded fix by fix, measured as
/// they go.
///
/// A *fix* is where a traveller was and when; a *batch* of fixes is numbered, so it can be sent
/// again. [ServedTrips] is the domain: TripDomain decides, TripTally measures on: TripSpeed takes
/// or sets aside each fix, TripMotion makes way, time and *stops* of those taken.
///
/// ```java
/// ServedTrips trips = ServedTrips.open(journal, surroundings, TripLimits.DEFAULTS, wait, clock);
/// server.addServices(trips.services());
/// ```
///
/// Threads: one writer decides and applies; fixes are read from the journal on a thread beside it.
@NullMarked
package guidepost.guide.trips;

import org.jspecify.annotations.NullMarked;
