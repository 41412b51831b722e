package guidepost.guide.notes;

import guidepost.calls.OpenCalls;
import guidepost.calls.SharedPlaces;
import java.util.concurrent.Executor;

/// What all subscriptions share.
///
/// @param open those open now
/// @param places for as many as may be
/// @param history reads the log, and goes on with long searches
record SubscriptionContext(
    NoteFanout fanout,
    NoteLog log,
    OpenCalls open,
    SharedPlaces places,
    Executor history,
    NoteLimits limits) {}
