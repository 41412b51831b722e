"""The calls of the server: their names and messages, and which of them may be repeated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from guidepost._proto.guide.v1 import features_pb2 as features
from guidepost._proto.guide.v1 import notes_pb2 as notes
from guidepost._proto.guide.v1 import trips_pb2 as trips
from guidepost._proto.routes.v1 import lookup_pb2 as lookup
from guidepost._proto.routes.v1 import routes_pb2 as routes
from guidepost._proto.routes.v1 import tables_pb2 as tables
from guidepost._proto.routes.v1 import watch_pb2 as watch
from guidepost._proto.server.v1 import server_pb2 as server

Q = TypeVar("Q")
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Method(Generic[Q, A]):
    """One call. ``repeats``: to send it twice does no more than to send it once."""

    path: str
    request: type[Q]
    response: type[A]
    repeats: bool = False

    def encode(self, message: Any) -> bytes:
        encoded: bytes = message.SerializeToString()
        return encoded

    def decode(self, message: bytes) -> A:
        parsed: A = self.response.FromString(message)  # type: ignore[attr-defined]
        return parsed


def _routes(name: str, request: type[Q], response: type[A], repeats: bool = True) -> Method[Q, A]:
    return Method(f"/guidepost.routes.v1.Routes/{name}", request, response, repeats)


def _features(name: str, request: type[Q], response: type[A], repeats: bool = True) -> Method[Q, A]:
    return Method(f"/guidepost.guide.v1.Features/{name}", request, response, repeats)


def _notes(name: str, request: type[Q], response: type[A], repeats: bool = True) -> Method[Q, A]:
    return Method(f"/guidepost.guide.v1.Notes/{name}", request, response, repeats)


def _trips(name: str, request: type[Q], response: type[A], repeats: bool = True) -> Method[Q, A]:
    return Method(f"/guidepost.guide.v1.Trips/{name}", request, response, repeats)


LOOKUP = _routes("Lookup", lookup.LookupRequest, lookup.LookupResponse)
LOOKUP_BATCH = _routes("LookupBatch", lookup.LookupBatchRequest, lookup.LookupBatchResponse)
LOOKUP_STREAM = _routes("LookupStream", lookup.LookupStreamRequest, lookup.LookupStreamResponse)
EXPLAIN = _routes("Explain", lookup.ExplainRequest, lookup.ExplainResponse)
MODIFY_ROUTES = _routes("Modify", routes.ModifyRequest, routes.ModifyResponse, False)
APPLY_ROUTES = _routes("Apply", routes.ApplyRequest, routes.ApplyResponse, False)
GET_ROUTES = _routes("GetRoutes", routes.GetRoutesRequest, routes.GetRoutesResponse)
DIFF_ROUTES = _routes("DiffRoutes", routes.DiffRoutesRequest, routes.DiffRoutesResponse)
LIST_CHANGES = _routes("ListChanges", routes.ListChangesRequest, routes.ListChangesResponse)
WATCH_ROUTES = _routes("Watch", watch.WatchRequest, watch.WatchResponse)
FLUSH = _routes("Flush", tables.FlushRequest, tables.FlushResponse, False)
CREATE_TABLE = _routes("CreateTable", tables.CreateTableRequest, tables.CreateTableResponse)
LIST_TABLES = _routes("ListTables", tables.ListTablesRequest, tables.ListTablesResponse)
DROP_TABLE = _routes("DropTable", tables.DropTableRequest, tables.DropTableResponse, False)
PUT_SOURCE = _routes("PutSource", tables.PutSourceRequest, tables.PutSourceResponse)
GET_SOURCE = _routes("GetSource", tables.GetSourceRequest, tables.GetSourceResponse)
LIST_SOURCES = _routes("ListSources", tables.ListSourcesRequest, tables.ListSourcesResponse)
DELETE_SOURCE = _routes(
    "DeleteSource", tables.DeleteSourceRequest, tables.DeleteSourceResponse, False
)
ROUTES_REVISION = _routes("GetRevision", tables.GetRevisionRequest, tables.GetRevisionResponse)

MODIFY_FEATURES = _features("Modify", features.ModifyRequest, features.ModifyResponse, False)
APPLY_FEATURES = _features("Apply", features.ApplyRequest, features.ApplyResponse, False)
GET_FEATURE = _features("GetFeature", features.GetFeatureRequest, features.GetFeatureResponse)
LIST_IN_BOX = _features("ListInBox", features.ListInBoxRequest, features.ListInBoxResponse)
LIST_IN_RADIUS = _features(
    "ListInRadius", features.ListInRadiusRequest, features.ListInRadiusResponse
)
NEAREST = _features("Nearest", features.NearestRequest, features.NearestResponse)
ALONG_PATH = _features("AlongPath", features.AlongPathRequest, features.AlongPathResponse)
WATCH_FEATURES = _features("Watch", features.WatchRequest, features.WatchResponse)

# A note has an idempotency key, and a vote is one for each author: both may be repeated.
POST_NOTE = _notes("PostNote", notes.PostNoteRequest, notes.PostNoteResponse)
CONFIRM_NOTE = _notes("ConfirmNote", notes.ConfirmNoteRequest, notes.ConfirmNoteResponse)
DENY_NOTE = _notes("DenyNote", notes.DenyNoteRequest, notes.DenyNoteResponse)
CLOSE_NOTE = _notes("CloseNote", notes.CloseNoteRequest, notes.CloseNoteResponse, False)
GET_NOTE = _notes("GetNote", notes.GetNoteRequest, notes.GetNoteResponse)
LIST_NOTES = _notes("ListNotes", notes.ListNotesRequest, notes.ListNotesResponse)
LIST_NOTE_KINDS = _notes("ListNoteKinds", notes.ListNoteKindsRequest, notes.ListNoteKindsResponse)
WATCH_NOTES = _notes("WatchNotes", notes.WatchNotesRequest, notes.WatchNotesResponse)

# A batch has a number: one that came before changes nothing.
APPEND_FIXES = _trips("AppendFixes", trips.AppendFixesRequest, trips.AppendFixesResponse)
GET_TRIP = _trips("GetTrip", trips.GetTripRequest, trips.GetTripResponse)
GET_TRIP_FIXES = _trips("GetTripFixes", trips.GetTripFixesRequest, trips.GetTripFixesResponse)
GET_TRIP_TRACK = _trips("GetTripTrack", trips.GetTripTrackRequest, trips.GetTripTrackResponse)
LIST_TRIPS = _trips("ListTrips", trips.ListTripsRequest, trips.ListTripsResponse)
DELETE_TRIP = _trips("DeleteTrip", trips.DeleteTripRequest, trips.DeleteTripResponse, False)

GET_INFO = Method(
    "/guidepost.server.v1.Server/GetInfo", server.GetInfoRequest, server.GetInfoResponse, True
)
