package guidepost.calls;

import io.grpc.Context;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Who makes a call, how that was proved, and what it may do.
///
/// A server puts it into the gRPC context of each call, before the service sees the call:
///
/// ```java
/// Caller caller = Caller.current();               // in the handler, on its thread
/// boolean may = caller.mayWriteRoutes("default", "bgp.r7");
/// ```
///
/// A handler takes it when the call begins and hands it on: the context does not follow the call to
/// the thread of a domain's writer.
///
/// Threads: any; immutable.
///
/// @param name the identity: unique, and never empty unless nobody was asked
/// @param proof how it was proved
/// @param grants what it may do; nothing else
public record Caller(String name, Proof proof, List<Grant> grants) {

  /// How a caller proved its name.
  public enum Proof {
    /// Not at all: the server does not ask.
    NONE,
    /// Not at all: the server asks, and lets those read who do not say.
    ANONYMOUS,
    /// It could open the socket in the data directory.
    SOCKET,
    /// A certificate that the server's CA signed.
    CERTIFICATE,
    /// A static token that the server made.
    TOKEN,
    /// A JWT of an issuer that the server trusts.
    JWT
  }

  /// A caller of a server that does not ask for a name. It may do everything, and the names in its
  /// requests are taken as they are.
  public static final Caller NOBODY = new Caller("", Proof.NONE, List.of(Grant.EVERYTHING));

  /// The name of all callers without credentials, where an access file grants them something.
  public static final String ANONYMOUS = "anonymous";

  /// Stands for the caller's own name in a grant's travellers.
  public static final String SELF = "self";

  private static final Context.Key<Caller> CURRENT =
      Context.keyWithDefault("guidepost-caller", NOBODY);

  private static final Context.Key<String> HOST = Context.keyWithDefault("guidepost-host", "");

  public Caller {
    grants = List.copyOf(grants);
  }

  /// A caller that opened the socket in the data directory: it may do everything.
  public static Caller ofSocket(String name) {
    return new Caller(name, Proof.SOCKET, List.of(Grant.EVERYTHING));
  }

  /// A caller without credentials, who may do what is granted to all of them.
  public static Caller anonymous(List<Grant> grants) {
    return new Caller(ANONYMOUS, Proof.ANONYMOUS, grants);
  }

  /// True if it has no credentials, on a server that asks for them.
  public boolean isAnonymous() {
    return proof == Proof.ANONYMOUS;
  }

  /// That of the call which this thread is in.
  public static Caller current() {
    return CURRENT.get();
  }

  /// A context in which it is the current one.
  ///
  /// @param host the address that its call comes from, without a port
  public Context in(Context context, String host) {
    return context.withValues(CURRENT, this, HOST, host);
  }

  /// The address that the call comes from which this thread is in, without a port; empty if it has
  /// none.
  public static String currentHost() {
    return HOST.get();
  }

  /// Whose the refreshes are that the call begins which this thread is in: its caller's, if that is
  /// known, and otherwise the host's that it comes from. Empty if neither is known.
  public static String currentOwner() {
    Caller caller = current();
    return caller.isKnown() ? "caller " + caller.name() : HOST.get();
  }

  /// True if the server asks for names: then its name is the author, the traveller and the owner of
  /// what it writes. Anonymous callers share one, and write nothing.
  public boolean isKnown() {
    return proof != Proof.NONE;
  }

  /// True if the other one proved the same name in the same way, whatever each may do.
  public boolean isSameAs(Caller other) {
    return name.equals(other.name) && proof == other.proof;
  }

  /// Whose share of [SharedPlaces] its calls take: its name's, on a server that asks for names.
  /// Anonymous callers have none; limits of their addresses hold for them.
  public Optional<String> share() {
    return isKnown() && !isAnonymous() ? Optional.of(name) : Optional.empty();
  }

  /// The author or traveller of what it writes: its own name, or, of nobody, the one that the
  /// request says.
  public String nameOr(String claimed) {
    return isKnown() ? name : claimed;
  }

  /// True if it has the role, for anything at all.
  public boolean may(Role role) {
    for (Grant grant : grants) {
      if (grant.role().includes(role)) {
        return true;
      }
    }
    return false;
  }

  private boolean may(Role role, Predicate<Grant> what) {
    for (Grant grant : grants) {
      if (grant.role().includes(role) && what.test(grant)) {
        return true;
      }
    }
    return false;
  }

  /// True if it may see the routes of a table.
  public boolean mayReadTable(String table) {
    return may(Role.READER, grant -> grant.tables().contains(table));
  }

  /// True if it may see what a source is.
  public boolean mayReadSource(String source) {
    return may(Role.READER, grant -> grant.sources().contains(source));
  }

  /// True if it may change the routes of a source in a table: by one grant that names both.
  ///
  /// @param table null for every one
  /// @param source null for every one
  public boolean mayWriteRoutes(@Nullable String table, @Nullable String source) {
    return may(
        Role.WRITER, grant -> names(grant.tables(), table) && names(grant.sources(), source));
  }

  private static boolean names(Names granted, @Nullable String name) {
    return name == null ? granted.isAll() : granted.contains(name);
  }

  /// True if it may change, or end, a source together with its routes wherever they are.
  public boolean mayWriteSourceInAllTables(String source) {
    return may(Role.WRITER, grant -> grant.tables().isAll() && grant.sources().contains(source));
  }

  /// True if it may change what a source is, in every table that it may have routes in.
  public boolean mayWriteSource(String source) {
    return may(Role.WRITER, grant -> grant.sources().contains(source));
  }

  /// True if it may see, or change, the features of a layer.
  public boolean mayUseLayer(Role role, String layer) {
    return may(role, grant -> grant.layers().contains(layer));
  }

  /// True if it may see, or change, the trips of a traveller.
  public boolean mayUseTraveller(Role role, String traveller) {
    return may(
        role,
        grant ->
            grant.travellers().contains(traveller)
                || (traveller.equals(name) && !isAnonymous() && grant.travellers().contains(SELF)));
  }

  /// True if it may see, or write, notes.
  public boolean mayUseNotes(Role role) {
    return may(role, grant -> !grant.travellers().isEmpty());
  }
}
