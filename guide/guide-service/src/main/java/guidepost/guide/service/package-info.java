/// Answers: *what may a traveller ask over gRPC, and what exactly is the answer?*
///
/// A [GuideService] keeps features, notes and trips: it replays three journals into memory and
/// offers the RouteGuide contract (under its canonical name and four older ones) and
/// `guidepost.guide.v1`. A *note* is what a traveller says about a place; the notes at one place
/// hang on its *wall*; a *chat* is one RouteChat stream, to which a wall's earlier notes are
/// *replayed* and which from then on *hears* what others post there; a *subscriber* is told what
/// happens to the notes of an *area*. [GuideLimits] bounds all of it.
///
/// Threads: calls are served on the transport's own threads and never block. Each of the three
/// domains has one writer thread; that of the notes also delivers to the chats what it made
/// durable, and one more tells the subscribers. What must be sent to one stream from several
/// threads goes through a [guidepost.calls.CallSender]; no lock is held while sending.
///
/// ```java
/// GuideService guide = GuideService.open(store, GuideLimits.DEFAULTS);
/// for (ServedFront front : guide.fronts()) {
///   front.services().forEach(server::addService);
/// }
/// ```
@NullMarked
package guidepost.guide.service;

import org.jspecify.annotations.NullMarked;
