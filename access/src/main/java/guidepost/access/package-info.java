/// Answers: *who calls, and what may they do?*
///
/// [AccessOptions] names the files; [Access] reads them, and again whenever they change, and gives
/// a server what it needs: TLS for its ports, and an interceptor that finds the
/// [guidepost.calls.Caller] of each call. A caller is found by a client certificate, a static token
/// ([TokenFile]) or a JWT; what it may do stands in the access file ([Policy]). [AuditLog] records
/// who changed what.
///
/// ```
///   certificate ─┐               identities         grants
///   token ───────┼─▶ evidence ──────────────▶ name ────────▶ Caller ─▶ context of the call
///   JWT ─────────┘
/// ```
///
/// Threads: a call's caller is found on its event loop, without waiting; a JWT that was not seen
/// before is checked on another thread, and its call begins when that is done.
@NullMarked
package guidepost.access;

import org.jspecify.annotations.NullMarked;
