/// Answers: *how do people and scripts use routes, their tables and their sources?*
///
/// [RouteCommands] lists the commands; each is a class named for its noun and verb ([RouteGet]). A
/// [WayArguments] is one next hop as people write it; [RouteFilterOptions] choose routes;
/// [RouteOutput] shows them, as [RouteJson] or as a table.
///
/// Threads: a command runs on the main thread.
///
/// ```
/// guidepost route add 192.0.2.0/24 198.51.100.1
/// ```
@NullMarked
package guidepost.cli.routes;

import org.jspecify.annotations.NullMarked;
