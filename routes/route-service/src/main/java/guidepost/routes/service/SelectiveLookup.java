package guidepost.routes.service;

import guidepost.calls.EncodedMessage;
import guidepost.routes.table.Address;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.v1.EqualRoutes;
import guidepost.routes.v1.LookupBatchRequest;
import guidepost.routes.v1.LookupBatchResponse;
import guidepost.routes.v1.LookupStreamResponse;
import guidepost.routes.v1.RouteDetail;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Answers one message of addresses that asks for more than [BatchLookup] gives: only some of the
/// routes, an earlier state, or all routes that packets may take.
///
/// Cost: some microseconds an address.
///
/// Threads: one.
final class SelectiveLookup {

  /// Addresses in a message with a filter, or that asks for all equal routes: some ten milliseconds
  /// of work.
  static final int ADDRESSES_MAX = 4_096;

  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  private final LookupBatchRequest request;
  private final PublishedRoutes.State state;
  private final RouteSelection selection;
  private final LookupBatchResponse.Builder response = LookupBatchResponse.newBuilder();
  // Places in the response, from 1 on.
  private final Map<Route, Integer> places = new HashMap<>();

  private SelectiveLookup(LookupBatchRequest request, PublishedRoutes.State state) {
    this.request = request;
    this.state = state;
    this.selection = RouteSelection.of(request.getFilter());
  }

  /// True if a message asks for more than [BatchLookup] gives.
  static boolean isFor(LookupBatchRequest request) {
    return request.hasFilter() || request.getEqualCost() || request.hasAsOf();
  }

  /// Rejects a message that cannot be answered.
  ///
  /// @throws InvalidRouteException if a field breaks a rule
  static void check(LookupBatchRequest request) {
    BatchLookup.check(request);
    int addresses = request.getIpv4().size() / IPV4_BYTES + request.getIpv6().size() / IPV6_BYTES;
    if ((request.hasFilter() || request.getEqualCost()) && addresses > ADDRESSES_MAX) {
      throw new InvalidRouteException(
          "addresses.max",
          "ipv4",
          Integer.toString(addresses),
          "must be at most %d addresses with filter or equal_cost, with those of ipv6"
              .formatted(ADDRESSES_MAX));
    }
  }

  /// The answer to a message that was checked.
  ///
  /// @param state that is looked in
  static LookupBatchResponse answer(LookupBatchRequest request, PublishedRoutes.State state) {
    return new SelectiveLookup(request, state).answer();
  }

  /// As it travels.
  static EncodedMessage encoded(LookupBatchResponse response) {
    byte[] bytes = response.toByteArray();
    return new EncodedMessage(bytes, bytes.length);
  }

  /// As it travels in a stream.
  static EncodedMessage inStream(LookupBatchResponse response) {
    byte[] bytes = LookupStreamResponse.newBuilder().setBatch(response).build().toByteArray();
    return new EncodedMessage(bytes, bytes.length);
  }

  private LookupBatchResponse answer() {
    each(request.getIpv4().asReadOnlyByteBuffer(), IPV4_BYTES, this::lookUp);
    each(request.getIpv6().asReadOnlyByteBuffer(), IPV6_BYTES, this::lookUp);
    return response.setRevision(state.revision()).build();
  }

  private static void each(ByteBuffer addresses, int bytes, Consumer<Address> taker) {
    byte[] address = new byte[bytes];
    while (addresses.hasRemaining()) {
      addresses.get(address);
      taker.accept(Address.ofBytes(address).unmapped());
    }
  }

  private void lookUp(Address address) {
    List<Route> routes = selection.longest(state.routes(), Prefix.host(address));
    if (routes.isEmpty()) {
      response.addIndexes(0);
      return;
    }
    Route best = routes.getFirst();
    Integer known = places.get(best);
    response.addIndexes(known == null ? add(best, routes) : known);
  }

  /// A best route is met with its equals, or not at all: they follow from it.
  private int add(Route best, List<Route> ofPrefix) {
    int place = place(best);
    if (request.getEqualCost()) {
      List<Integer> beside =
          ofPrefix.stream().skip(1).filter(best::sameCost).map(this::place).toList();
      tell(place, beside);
    }
    return place;
  }

  private void tell(int place, List<Integer> beside) {
    while (response.getEqualCount() < response.getRoutesCount()) {
      response.addEqual(EqualRoutes.getDefaultInstance());
    }
    response.setEqual(place - 1, EqualRoutes.newBuilder().addAllIndexes(beside));
  }

  private int place(Route route) {
    return places.computeIfAbsent(
        route,
        added -> {
          boolean isForwarding = request.getDetail() == RouteDetail.ROUTE_DETAIL_FORWARDING;
          response.addRoutes(
              isForwarding ? V1Messages.forwarding(added) : V1Messages.message(added));
          return response.getRoutesCount();
        });
  }
}
