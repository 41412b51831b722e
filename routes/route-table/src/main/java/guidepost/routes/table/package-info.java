/// Answers: *which route has the longest prefix that covers this destination?*
///
/// An [Address] is an IPv4 or IPv6 address, a [Prefix] a network of them, a [NextHop] a way to get
/// there, a [Route] the three together with its rank, and a [RouteTable] finds routes. A
/// [RouteSnapshot] is the table as of one revision. Many addresses are looked up at once into
/// [Lookups], or without allocation by a [LookupReader]. [RouteText] reads what people and tutorial
/// clients write.
///
/// Threads: values and snapshots are immutable; a table has one writer and any number of readers,
/// which never wait.
///
/// ```java
/// RouteTable table = new RouteTable();
/// table.put(Route.to(Prefix.parse("10.0.0.0/8"), new NextHop.Gateway(Address.parse("192.0.2.1"))));
/// table.publish(1);
/// table.longest(Address.parse("10.1.2.3"));   // Optional[10.0.0.0/8 via 192.0.2.1]
/// ```
@NullMarked
package guidepost.routes.table;

import org.jspecify.annotations.NullMarked;
