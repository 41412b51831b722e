package guidepost.guide.notes;

import guidepost.calls.OpenCalls;
import guidepost.journal.DomainWriter;

/// What all chats share.
///
/// @param open those open now
record ChatContext(
    DomainWriter<NoteRequest, NoteAnswer> writer,
    NoteBoard board,
    OpenCalls open,
    NoteLimits limits) {}
