"""Features, notes and trips."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, AsyncIterable, AsyncIterator, Callable, Iterable, Sequence

from guidepost import _methods as methods
from guidepost._aio_transport import Transport, rows
from guidepost._async.watch import AsyncWatch
from guidepost._async.writer import AsyncWriter, load
from guidepost._guide_types import (
    Box,
    Circle,
    Corridor,
    DistantFeature,
    Feature,
    FeatureChange,
    FeatureFilter,
    FeatureOperation,
    Fix,
    Note,
    NoteEvent,
    NoteKind,
    PathFeature,
    PointLike,
    Track,
    Trip,
    at,
    feature,
    fix,
    fixes,
    note,
    path_feature,
    trip,
)
from guidepost._proto.guide.v1 import features_pb2, notes_pb2, trips_pb2
from guidepost._routes_types import AsOf, LoadReport, OperationResult, Progress, state_of, timestamp
from guidepost._watching import features_kind as watched_features
from guidepost._watching import notes_kind as watched_notes
from guidepost._watching import start_of
from guidepost._writing import feature_results, operation_message
from guidepost._writing import features_kind as written_features


def _message(filter: FeatureFilter | None) -> features_pb2.FeatureFilter | None:
    return None if filter is None else filter.message()


class AsyncFeatures:
    """Features: what has a name or a use at a point."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def apply(
        self,
        operations: Iterable[FeatureOperation],
        *,
        atomic: bool = False,
        dry_run: bool = False,
        expected_revision: int | None = None,
        expected_timeline: int = 0,
    ) -> list[OperationResult]:
        """Applies at most 4,096 operations in one revision; what it answers is durable."""
        request = features_pb2.ModifyRequest(
            atomic=atomic,
            dry_run=dry_run,
            expected_revision=expected_revision,
            expected_timeline=expected_timeline,
        )
        for place, operation in enumerate(operations):
            message = request.operations.add()
            message.CopyFrom(operation_message(FeatureOperation, operation))
            message.id = place
        answer = await self._transport.unary(
            methods.APPLY_FEATURES, features_pb2.ApplyRequest(request=request)
        )
        return feature_results(answer)

    async def put(self, *features: Feature) -> list[OperationResult]:
        """Adds features, or replaces those with the same ids."""
        return await self.apply(FeatureOperation.put(each) for each in features)

    async def delete(self, *ids: str) -> list[OperationResult]:
        """Deletes features by id."""
        return await self.apply(FeatureOperation.delete(each) for each in ids)

    def writer(
        self, *, on_result: Callable[[int, OperationResult], None] | None = None
    ) -> AsyncWriter[FeatureOperation]:
        """Writes many operations without waiting for each answer."""
        return AsyncWriter(self._transport, written_features(), on_result)

    async def load(self, features: Iterable[Feature] | AsyncIterable[Feature]) -> LoadReport:
        """Puts any number of features; goes on after a cut."""
        return await load(self._transport, written_features(), _puts(features))

    async def get(self, id: str, *, as_of: AsOf = None) -> Feature:
        """The feature with an id."""
        request = features_pb2.GetFeatureRequest(id=id, as_of=state_of(as_of))
        return feature((await self._transport.unary(methods.GET_FEATURE, request)).feature)

    async def in_box(
        self, box: Box | None = None, *, filter: FeatureFilter | None = None, as_of: AsOf = None
    ) -> AsyncIterator[Feature]:
        """Every feature inside a box, or of the whole globe."""
        request = features_pb2.ListInBoxRequest(
            box=None if box is None else box.message(),
            filter=_message(filter),
            as_of=state_of(as_of),
        )
        async for chunk in self._transport.chunks(methods.LIST_IN_BOX, request):
            for each in chunk.features:
                yield feature(each)

    async def in_circle(
        self, circle: Circle, *, filter: FeatureFilter | None = None, as_of: AsOf = None
    ) -> AsyncIterator[DistantFeature]:
        """Every feature in a circle, each with its distance from the centre."""
        request = features_pb2.ListInRadiusRequest(
            circle=circle.message(), filter=_message(filter), as_of=state_of(as_of)
        )
        async for chunk in self._transport.chunks(methods.LIST_IN_RADIUS, request):
            for each in chunk.features:
                yield DistantFeature(feature(each.feature), each.metres)

    async def nearest(
        self,
        origin: PointLike,
        count: int = 10,
        *,
        within_metres: float = 0,
        filter: FeatureFilter | None = None,
        as_of: AsOf = None,
    ) -> AsyncIterator[DistantFeature]:
        """The features nearest to a point, nearest first."""
        request = features_pb2.NearestRequest(
            origin=at(origin),
            count=count,
            within_metres=within_metres,
            filter=_message(filter),
            as_of=state_of(as_of),
        )
        async for chunk in self._transport.chunks(methods.NEAREST, request):
            for each in chunk.features:
                yield DistantFeature(feature(each.feature), each.metres)

    async def along_path(
        self,
        path: Sequence[PointLike],
        within_metres: float,
        *,
        from_metres: float = 0,
        filter: FeatureFilter | None = None,
        as_of: AsOf = None,
    ) -> AsyncIterator[PathFeature]:
        """What lies along a path, in the order in which a traveller that follows it passes."""
        request = features_pb2.AlongPathRequest(
            corridor=Corridor(tuple(path), within_metres).message(),
            from_metres=from_metres,
            filter=_message(filter),
            as_of=state_of(as_of),
        )
        async for chunk in self._transport.chunks(methods.ALONG_PATH, request):
            for each in chunk.features:
                yield path_feature(each)

    def watch(
        self,
        area: Box | Circle | None = None,
        *,
        after: Progress | int | None = None,
        changes_only: bool = False,
        filter: FeatureFilter | None = None,
    ) -> AsyncWatch[Feature, FeatureChange]:
        """The features of an area, or of the whole globe, as they change."""
        request = features_pb2.WatchRequest(filter=_message(filter))
        if isinstance(area, Box):
            request.box.CopyFrom(area.message())
        elif area is not None:
            request.circle.CopyFrom(area.message())
        return AsyncWatch(
            self._transport, watched_features(request), start_of(after, changes_only)
        )


async def _puts(
    features: Iterable[Feature] | AsyncIterable[Feature],
) -> AsyncIterator[FeatureOperation]:
    async for each in rows(features):
        yield FeatureOperation.put(each)


class AsyncNotes:
    """Notes: what travellers report at a place, for as long as it holds."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def post(
        self, posted: Note, *, ttl_seconds: int = 0, idempotency_key: str | None = None
    ) -> Note:
        """Posts a note. Without a key of the caller's one is made, so that it can be tried again."""
        request = notes_pb2.PostNoteRequest(
            note=posted.message(),
            ttl_seconds=ttl_seconds,
            idempotency_key=idempotency_key or uuid.uuid4().hex,
        )
        return note((await self._transport.unary(methods.POST_NOTE, request)).note)

    async def confirm(self, id: int, author: str) -> Note:
        """Says that a note still holds."""
        request = notes_pb2.ConfirmNoteRequest(id=id, author=author)
        return note((await self._transport.unary(methods.CONFIRM_NOTE, request)).note)

    async def deny(self, id: int, author: str) -> Note:
        """Says that a note does not hold; enough of these close it."""
        request = notes_pb2.DenyNoteRequest(id=id, author=author)
        return note((await self._transport.unary(methods.DENY_NOTE, request)).note)

    async def close(self, id: int, author: str) -> Note:
        """Ends a note that its author says is over."""
        request = notes_pb2.CloseNoteRequest(id=id, author=author)
        return note((await self._transport.unary(methods.CLOSE_NOTE, request)).note)

    async def get(self, id: int) -> Note:
        """The note with an id."""
        request = notes_pb2.GetNoteRequest(id=id)
        return note((await self._transport.unary(methods.GET_NOTE, request)).note)

    async def find(
        self, area: Box | Circle | None = None, *, kinds: Sequence[str] = ()
    ) -> AsyncIterator[Note]:
        """The live notes of an area, or all."""
        request = notes_pb2.ListNotesRequest(
            filter=notes_pb2.NoteFilter(kinds=kinds), page_size=1000
        )
        if isinstance(area, Box):
            request.box.CopyFrom(area.message())
        elif area is not None:
            request.circle.CopyFrom(area.message())
        while True:
            answer = await self._transport.unary(methods.LIST_NOTES, request)
            for each in answer.notes:
                yield note(each)
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token

    async def kinds(self) -> list[NoteKind]:
        """The kinds that notes may have here."""
        request = notes_pb2.ListNoteKindsRequest()
        answer = await self._transport.unary(methods.LIST_NOTE_KINDS, request)
        return [NoteKind(each.name, each.ttl_seconds) for each in answer.kinds]

    def watch(
        self,
        area: Box | Circle | Corridor | PointLike | None = None,
        *,
        after: Progress | int | None = None,
        changes_only: bool = False,
        kinds: Sequence[str] = (),
    ) -> AsyncWatch[Note, NoteEvent]:
        """The notes of an area, at exactly one point, or everywhere, as they change."""
        request = notes_pb2.WatchNotesRequest(filter=notes_pb2.NoteFilter(kinds=kinds))
        if isinstance(area, Box):
            request.box.CopyFrom(area.message())
        elif isinstance(area, Circle):
            request.circle.CopyFrom(area.message())
        elif isinstance(area, Corridor):
            request.corridor.CopyFrom(area.message())
        elif area is not None:
            request.at.CopyFrom(at(area))
        return AsyncWatch(self._transport, watched_notes(request), start_of(after, changes_only))


class AsyncTripRecording:
    """A trip that is being recorded. Every batch may be sent twice: what a cut lost is sent again.

    One task or thread.
    """

    def __init__(self, transport: Transport, start: trips_pb2.TripStart) -> None:
        self._transport = transport
        self._start = start
        self.trip: Trip | None = None
        """The trip as the server answered last."""

    @property
    def id(self) -> str:
        return self._start.trip_id

    async def begin(self) -> Trip:
        """Begins the trip, or goes on with it; called by the first append."""
        return await self._send(None, False)

    async def append(self, passed: Iterable[Fix]) -> Trip:
        """Adds 1 to 10,000 fixes; returns the trip once they are durable."""
        known = self.trip or await self.begin()
        batch = trips_pb2.TripBatch(
            number=known.last_batch + 1, fixes=[each.message() for each in passed]
        )
        return await self._send(batch, False)

    async def finish(self) -> Trip:
        """Ends the trip: nothing can be added any more."""
        return await self._send(None, True)

    async def _send(self, batch: trips_pb2.TripBatch | None, finish: bool) -> Trip:
        request = trips_pb2.AppendFixesRequest(start=self._start, batch=batch, finish=finish)
        answer = await self._transport.unary(methods.APPEND_FIXES, request)
        self.trip = trip(answer.trip)
        return self.trip

    async def __aenter__(self) -> AsyncTripRecording:
        await self.begin()
        return self

    async def __aexit__(self, kind: object, *_: object) -> None:
        if kind is None:
            await self.finish()


class AsyncTrips:
    """Trips: where a traveller went, recorded on the way."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def record(
        self, trip_id: str | None = None, *, traveller: str = "", name: str = ""
    ) -> AsyncTripRecording:
        """Records a trip; with the id of one that is there goes on with it."""
        start = trips_pb2.TripStart(
            trip_id=trip_id or uuid.uuid4().hex, traveller=traveller, name=name
        )
        return AsyncTripRecording(self._transport, start)

    async def get(self, id: str) -> Trip:
        """The trip with an id."""
        request = trips_pb2.GetTripRequest(id=id)
        return trip((await self._transport.unary(methods.GET_TRIP, request)).trip)

    async def fixes(self, id: str) -> AsyncIterator[Fix]:
        """The fixes of a trip, in the order recorded."""
        request = trips_pb2.GetTripFixesRequest(id=id)
        async for chunk in self._transport.chunks(methods.GET_TRIP_FIXES, request):
            for each in chunk.fixes:
                yield fix(each)

    async def track(self, id: str, max_points: int = 1000) -> Track:
        """The line of a trip, simplified to at most so many points."""
        request = trips_pb2.GetTripTrackRequest(id=id, max_points=max_points)
        answer = await self._transport.unary(methods.GET_TRIP_TRACK, request)
        return Track(tuple(fixes(answer.fixes)), answer.tolerance_metres, answer.of_fixes)

    async def find(
        self,
        *,
        traveller: str = "",
        from_time: datetime | None = None,
        to_time: datetime | None = None,
        box: Box | None = None,
    ) -> AsyncIterator[Trip]:
        """Trips in the order of their ids."""
        filter = trips_pb2.TripFilter(
            traveller=traveller,
            from_time=None if from_time is None else timestamp(from_time),
            to_time=None if to_time is None else timestamp(to_time),
            box=None if box is None else box.message(),
        )
        request = trips_pb2.ListTripsRequest(filter=filter, page_size=1000)
        while True:
            answer = await self._transport.unary(methods.LIST_TRIPS, request)
            for each in answer.trips:
                yield trip(each)
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token

    async def delete(self, id: str) -> None:
        """Deletes a trip with its fixes."""
        await self._transport.unary(methods.DELETE_TRIP, trips_pb2.DeleteTripRequest(id=id))
