package guidepost.journal;

/// Who leads.
///
/// Threads: any; immutable.
///
/// @param leads true if this server does
/// @param epoch the number of the leader's term, which only grows; 0 if there was no leader yet
/// @param address where the leader is reached; empty if there was none yet
public record Leadership(boolean leads, long epoch, String address) {}
