/// What the messages of the guide share: points, boxes and times of `guidepost.guide.v1`, and the
/// notes and points of the seed contract, checked and translated.
///
/// [GuideMessages] is for the three services' own contracts, [SeedMessages] for RouteGuide.
///
/// ```java
/// Point at = GuideMessages.point(request.getCentre(), "centre"); // or rejects centre.latitude_e7
/// ```
///
/// Threads: any.
@NullMarked
package guidepost.guide.messages;

import org.jspecify.annotations.NullMarked;
