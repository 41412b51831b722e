"""The route table."""

from __future__ import annotations

from typing import Any, AsyncIterable, AsyncIterator, Callable, Iterable, Literal, Sequence

from guidepost import _methods as methods
from guidepost._addresses import Address, Packed, Prefix, destination_text, pack, prefix_text
from guidepost._aio_live import AsyncLiveRouteTable
from guidepost._aio_transport import Duplex, Transport, rows
from guidepost._async.watch import AsyncWatch
from guidepost._async.writer import AsyncWriter, load
from guidepost._errors import GuidepostError, Internal, NotFound
from guidepost._lookups import Lookups, indexes_of, ordered
from guidepost._proto.routes.v1 import lookup_pb2, route_pb2, routes_pb2, tables_pb2, watch_pb2
from guidepost._routes_types import (
    AsOf,
    Explanation,
    LoadReport,
    LoggedChange,
    Lookup,
    OperationResult,
    Progress,
    Revision,
    Route,
    RouteChange,
    RouteDifference,
    RouteFilter,
    RouteOperation,
    Source,
    Table,
    state_of,
    explanation,
    optional_route,
    result,
    route,
    source,
    time_of,
)
from guidepost._settings import Tries
from guidepost._watching import routes_kind as watched_routes
from guidepost._watching import start_of
from guidepost._writing import operation_message
from guidepost._writing import routes_kind as written_routes

BATCH_ADDRESSES = 8192
"""Addresses in a message of look-ups: the next ones are on their way while one is answered."""

BATCHES_AHEAD = 8
"""Messages that are sent before the first is answered."""

BATCHES_MAX = 64
"""Messages of one call, which has a deadline: half a million addresses in a fraction of a second."""

Match = Literal["exact", "longest", "longer", "shorter"]

_MATCHES: dict[str, routes_pb2.MatchKind] = {
    "exact": routes_pb2.MATCH_KIND_EXACT,
    "longest": routes_pb2.MATCH_KIND_LONGEST,
    "longer": routes_pb2.MATCH_KIND_LONGER,
    "shorter": routes_pb2.MATCH_KIND_SHORTER,
}


def _match(match: str) -> routes_pb2.MatchKind:
    if match not in _MATCHES:
        raise ValueError(f"match {match!r}: must be one of {', '.join(_MATCHES)}")
    return _MATCHES[match]


def _uncovered(error: NotFound) -> bool:
    return error.reason == "DESTINATION_UNCOVERED"


def _message(filter: RouteFilter | None) -> route_pb2.RouteFilter | None:
    return None if filter is None else filter.message()


class AsyncRoutes:
    """Asks and changes one table. Reads are tried again, writes only where nothing was done."""

    def __init__(self, transport: Transport, table: str) -> None:
        self._transport = transport
        self.table = table

    def in_table(self, table: str) -> AsyncRoutes:
        """The same for another table."""
        return AsyncRoutes(self._transport, table)

    # Look-ups

    async def lookup(
        self,
        destination: Address | Prefix,
        *,
        as_of: AsOf = None,
        filter: RouteFilter | None = None,
        with_times: bool = False,
    ) -> Lookup | None:
        """The best way to an address or prefix; None if nothing covers it."""
        request = lookup_pb2.LookupRequest(
            destination=destination_text(destination),
            table=self.table,
            as_of=state_of(as_of),
            filter=_message(filter),
            with_times=with_times,
        )
        try:
            answer = await self._transport.unary(methods.LOOKUP, request)
        except NotFound as error:
            if _uncovered(error):
                return None
            raise
        return Lookup(
            route(answer.route), tuple(route(each) for each in answer.equal), answer.revision
        )

    async def lookup_many(
        self,
        addresses: Any,
        *,
        family: int | None = None,
        full: bool = True,
        as_of: AsOf = None,
        filter: RouteFilter | None = None,
    ) -> Lookups:
        """The best route to each of many addresses.

        ``addresses``: any iterable of str, bytes (4 or 16) and ``ipaddress`` objects; packed bytes,
        with a ``family``; a numpy array (or pandas Series) of integers for IPv4, of uint8 of shape
        (n, 4) or (n, 16), of uint64 of shape (n, 2) for IPv6. ``full=False`` asks only for prefix,
        next hop, interface and kind, which is less to send. Up to 8,192 addresses are of one
        revision; more are asked in batches of that size.
        """
        packed = pack(addresses, family)
        batches = [
            lookup_pb2.LookupBatchRequest(
                ipv4=ipv4,
                ipv6=ipv6,
                table=self.table,
                detail=lookup_pb2.ROUTE_DETAIL_FULL if full else lookup_pb2.ROUTE_DETAIL_FORWARDING,
                as_of=state_of(as_of),
                filter=_message(filter),
            )
            for ipv4, ipv6 in _parts(packed)
        ]
        if len(batches) == 1:
            answers = [await self._transport.unary(methods.LOOKUP_BATCH, batches[0])]
        else:
            answers = await self._many(batches)
        indexes, routes = indexes_of(answers)
        if len(indexes) != len(packed):
            raise Internal(f"the server answered {len(indexes)} of {len(packed)} addresses")
        revision = min((each.revision for each in answers), default=0)
        return Lookups(ordered(indexes, packed.places), routes, revision)

    async def _many(
        self, batches: Sequence[lookup_pb2.LookupBatchRequest]
    ) -> list[lookup_pb2.LookupBatchResponse]:
        answers: list[lookup_pb2.LookupBatchResponse] = []
        tries = Tries(True, self._transport.connection.timeout)
        while len(answers) < len(batches):
            answered, shown = len(answers), self._transport.headers()
            error: GuidepostError | None = None
            try:
                await self._some(batches[: answered + BATCHES_MAX], answers, tries.left())
            except GuidepostError as failure:
                error = failure
            if len(answers) > answered:
                tries = Tries(True, self._transport.connection.timeout)
            if error is not None:
                await self._transport.again(tries, error, shown)
        return answers

    async def _some(
        self,
        batches: Sequence[lookup_pb2.LookupBatchRequest],
        answers: list[lookup_pb2.LookupBatchResponse],
        timeout: float,
    ) -> None:
        """Asks for those that have no answer, in one call."""
        call: Duplex[Any, Any] = await self._transport.duplex(methods.LOOKUP_STREAM, timeout)
        try:
            sent = len(answers)
            while len(answers) < len(batches):
                while sent < min(len(batches), len(answers) + BATCHES_AHEAD):
                    await call.send(lookup_pb2.LookupStreamRequest(batch=batches[sent]))
                    sent += 1
                response = await call.receive()
                if response is None:
                    raise Internal("the server ended the call before all was answered")
                answers.append(response.batch)
            await call.half_close()
            await call.receive()
        finally:
            await call.cancel()

    async def explain(
        self, destination: Address | Prefix, *, as_of: AsOf = None, filter: RouteFilter | None = None
    ) -> Explanation | None:
        """Why the best way to a destination is the best; None if nothing covers it."""
        request = lookup_pb2.ExplainRequest(
            destination=destination_text(destination),
            table=self.table,
            as_of=state_of(as_of),
            filter=_message(filter),
        )
        try:
            return explanation(await self._transport.unary(methods.EXPLAIN, request))
        except NotFound as error:
            if _uncovered(error):
                return None
            raise

    # Lists

    def _question(
        self, prefix: Prefix, match: Match, as_of: AsOf, filter: RouteFilter | None
    ) -> routes_pb2.GetRoutesRequest:
        return routes_pb2.GetRoutesRequest(
            prefix=prefix_text("prefix", prefix),
            match_kind=_match(match) if prefix else routes_pb2.MATCH_KIND_UNSPECIFIED,
            table=self.table,
            as_of=state_of(as_of),
            filter=_message(filter),
        )

    async def find(
        self,
        prefix: Prefix = "",
        *,
        match: Match = "longer",
        as_of: AsOf = None,
        filter: RouteFilter | None = None,
        with_times: bool = False,
    ) -> AsyncIterator[Route]:
        """The routes that match a prefix, or all, as of one revision, in the server's order."""
        request = self._question(prefix, match, as_of, filter)
        request.with_times = with_times
        async for chunk in self._transport.chunks(methods.GET_ROUTES, request):
            for each in chunk.routes:
                yield route(each)

    async def count(
        self,
        prefix: Prefix = "",
        *,
        match: Match = "longer",
        as_of: AsOf = None,
        filter: RouteFilter | None = None,
    ) -> int:
        """How many routes match."""
        request = self._question(prefix, match, as_of, filter)
        request.count_only = True
        counted = 0
        async for chunk in self._transport.chunks(methods.GET_ROUTES, request):
            counted = chunk.count
        return counted

    async def diff(
        self,
        from_state: AsOf,
        to_state: AsOf = None,
        *,
        prefix: Prefix = "",
        filter: RouteFilter | None = None,
    ) -> AsyncIterator[RouteDifference]:
        """What changed from one revision or time to another, route by route."""
        request = routes_pb2.DiffRoutesRequest(
            from_state=state_of(from_state),
            to_state=state_of(to_state),
            prefix=prefix_text("prefix", prefix),
            table=self.table,
            filter=_message(filter),
        )
        async for chunk in self._transport.chunks(methods.DIFF_ROUTES, request):
            for each in chunk.differences:
                yield RouteDifference(
                    optional_route(each, "before"), optional_route(each, "after")
                )

    async def history(
        self,
        prefix: Prefix = "",
        *,
        from_state: AsOf = None,
        to_state: AsOf = None,
        filter: RouteFilter | None = None,
        limit: int = 1000,
    ) -> AsyncIterator[LoggedChange]:
        """What was written between two states, step by step, the newest first."""
        request = routes_pb2.ListChangesRequest(
            from_state=state_of(from_state),
            to_state=state_of(to_state),
            prefix=prefix_text("prefix", prefix),
            table=self.table,
            filter=_message(filter),
            limit=limit,
        )
        async for chunk in self._transport.chunks(methods.LIST_CHANGES, request):
            for each in chunk.changes:
                yield LoggedChange(
                    each.revision,
                    time_of(each, "time"),
                    optional_route(each, "before"),
                    optional_route(each, "after"),
                )

    async def revision(self, as_of: AsOf = None) -> Revision:
        """Which revision there was at a time, or is now, and its timeline."""
        request = tables_pb2.GetRevisionRequest(as_of=state_of(as_of))
        answer = await self._transport.unary(methods.ROUTES_REVISION, request)
        return Revision(answer.revision, time_of(answer, "time"), answer.timeline)

    # Writes

    async def apply(
        self,
        operations: Iterable[RouteOperation],
        *,
        source: str = "",
        atomic: bool = False,
        dry_run: bool = False,
        expected_revision: int | None = None,
        expected_timeline: int = 0,
    ) -> list[OperationResult]:
        """Applies at most 4,096 operations in one revision; what it answers is durable.

        A rejected operation is a result that is not ``ok``, and no exception.
        """
        request = routes_pb2.ModifyRequest(
            table=self.table,
            source=source,
            atomic=atomic,
            dry_run=dry_run,
            expected_revision=expected_revision,
            expected_timeline=expected_timeline,
        )
        for place, operation in enumerate(operations):
            message = request.operations.add()
            message.CopyFrom(operation_message(RouteOperation, operation))
            message.id = place
        answer = await self._transport.unary(
            methods.APPLY_ROUTES, routes_pb2.ApplyRequest(request=request)
        )
        return [result(each) for each in answer.results]

    async def add(self, *routes: Route) -> list[OperationResult]:
        """Adds routes, or updates those with the same key.

        Returns a result for each, in order. One that breaks a rule is rejected alone: its result is not ``ok`` and says why, and
        nothing is raised.
        """
        return await self.apply(RouteOperation.add(each) for each in routes)

    async def delete(self, *routes: Route) -> list[OperationResult]:
        """Deletes the routes with the same keys."""
        return await self.apply(RouteOperation.delete(each) for each in routes)

    def writer(
        self,
        *,
        source: str = "",
        on_result: Callable[[int, OperationResult], None] | None = None,
    ) -> AsyncWriter[RouteOperation]:
        """Writes many operations without waiting for each answer.

        ``on_result`` gets the place of every operation and how it ended, in order.
        """
        return AsyncWriter(self._transport, written_routes(self.table, source), on_result)

    async def load(
        self, routes: Iterable[Route] | AsyncIterable[Route], *, source: str = ""
    ) -> LoadReport:
        """Adds any number of routes; goes on after a cut without losing or doubling any."""
        return await load(
            self._transport, written_routes(self.table, source), _additions(routes)
        )

    async def flush(self, *, source: str = "", prefix: Prefix = "") -> int:
        """Deletes this table's routes by source and prefix in one revision; returns how many."""
        request = tables_pb2.FlushRequest(
            table=self.table or "default", source=source, prefix=prefix_text("prefix", prefix)
        )
        return (await self._transport.unary(methods.FLUSH, request)).deleted

    # As they change

    def watch(
        self,
        prefix: Prefix = "",
        *,
        after: Progress | int | None = None,
        changes_only: bool = False,
        filter: RouteFilter | None = None,
    ) -> AsyncWatch[Route, RouteChange]:
        """The routes as they change: a snapshot and its changes, or the changes after a progress."""
        request = watch_pb2.WatchRequest(
            table=self.table, prefix=prefix_text("prefix", prefix), filter=_message(filter)
        )
        return AsyncWatch(
            self._transport, watched_routes(request), start_of(after, changes_only)
        )

    def live(
        self, *, prefix: Prefix = "", filter: RouteFilter | None = None
    ) -> AsyncLiveRouteTable:
        """A copy of the table in this process that follows it."""
        return AsyncLiveRouteTable(self.watch(prefix, filter=filter))

    # Tables and sources

    async def create_table(self, name: str) -> bool:
        """Creates a table; False if it was there."""
        request = tables_pb2.CreateTableRequest(name=name)
        return (await self._transport.unary(methods.CREATE_TABLE, request)).created

    async def drop_table(self, name: str) -> int:
        """Deletes a table; returns how many routes went with it."""
        request = tables_pb2.DropTableRequest(name=name)
        return (await self._transport.unary(methods.DROP_TABLE, request)).deleted

    async def tables(self) -> AsyncIterator[Table]:
        """All tables, by name."""
        request = tables_pb2.ListTablesRequest()
        while True:
            answer = await self._transport.unary(methods.LIST_TABLES, request)
            for each in answer.tables:
                yield Table(each.name, each.routes, each.created_revision)
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token

    async def put_source(self, put: Source) -> Source:
        """Adds an owner of routes, or changes the one of that name."""
        request = tables_pb2.PutSourceRequest(source=put.message())
        return source((await self._transport.unary(methods.PUT_SOURCE, request)).source)

    async def get_source(self, name: str) -> Source:
        """One owner of routes."""
        request = tables_pb2.GetSourceRequest(name=name)
        return source((await self._transport.unary(methods.GET_SOURCE, request)).source)

    async def sources(self) -> AsyncIterator[Source]:
        """All owners of routes, by name."""
        request = tables_pb2.ListSourcesRequest()
        while True:
            answer = await self._transport.unary(methods.LIST_SOURCES, request)
            for each in answer.sources:
                yield source(each)
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token

    async def delete_source(self, name: str) -> None:
        """Deletes an owner without routes."""
        request = tables_pb2.DeleteSourceRequest(name=name)
        await self._transport.unary(methods.DELETE_SOURCE, request)


def _parts(packed: Packed) -> list[tuple[bytes, bytes]]:
    """Batches of addresses, those for IPv4 first."""
    size4, size6 = 4 * BATCH_ADDRESSES, 16 * BATCH_ADDRESSES
    if len(packed) <= BATCH_ADDRESSES:
        return [(packed.ipv4, packed.ipv6)] if len(packed) else []
    return [
        *((packed.ipv4[i : i + size4], b"") for i in range(0, len(packed.ipv4), size4)),
        *((b"", packed.ipv6[i : i + size6]) for i in range(0, len(packed.ipv6), size6)),
    ]


async def _additions(
    routes: Iterable[Route] | AsyncIterable[Route],
) -> AsyncIterator[RouteOperation]:
    async for each in rows(routes):
        yield RouteOperation.add(each)
