package guidepost.guide.notes;

import guidepost.calls.OpenCalls;
import java.util.concurrent.Executor;

/// What all subscriptions share.
///
/// @param open those open now
/// @param history reads the log, and goes on with long searches
record SubscriptionContext(
    NoteFanout fanout, NoteLog log, OpenCalls open, Executor history, NoteLimits limits) {}
