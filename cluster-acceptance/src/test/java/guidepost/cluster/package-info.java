/// Answers: *do several servers lose nothing, whatever is killed, stopped or cut off?*
///
/// Brokers and servers are processes of their own. [ClusterProcesses] runs them, [Workload] writes
/// and remembers what was acknowledged; each test ends with the same questions to every server.
@NullMarked
package guidepost.cluster;

import org.jspecify.annotations.NullMarked;
