/// Answers: *where does somebody who tries TLS get certificates from?*
///
/// [CertCommands] lists the commands; [CertDev] is one. A [TestAuthority] is a CA that signs a few
/// certificates and is then of no more use.
///
/// Threads: a command runs on the main thread.
///
/// ```
/// guidepost cert dev certs --host routes.lab
/// ```
@NullMarked
package guidepost.cli.certs;

import org.jspecify.annotations.NullMarked;
