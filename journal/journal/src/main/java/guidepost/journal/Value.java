package guidepost.journal;

/// What a key holds, and since when. The array is not copied: the maker gives it away.
///
/// Threads: any; immutable.
///
/// @param revision that of the batch that wrote it
/// @param bytes the value
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Value(long revision, byte[] bytes) {}
