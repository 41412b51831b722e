package guidepost.access;

import java.time.Instant;
import java.util.Optional;

/// What a server tells of its access.
///
/// @param encrypted true if connections use TLS
/// @param authenticated true if callers are asked who they are
/// @param certificateExpires when the certificate in use expires; empty without one
/// @param trouble why something that changed is not in use; empty if all is
public record AccessStatus(
    boolean encrypted,
    boolean authenticated,
    Optional<Instant> certificateExpires,
    String trouble) {}
