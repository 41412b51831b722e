package guidepost.guide.notes;

import guidepost.calls.OpenCalls;
import guidepost.journal.DomainWriter;
import java.util.concurrent.atomic.LongAdder;

/// What all chats share.
///
/// @param open those open now
/// @param dropped live notes that their readers were too slow for
record ChatContext(
    DomainWriter<NoteRequest, NoteAnswer> writer,
    NoteBoard board,
    OpenCalls open,
    LongAdder dropped,
    NoteLimits limits) {}
