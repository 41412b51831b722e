"""Guidepost for Python: routes, features, notes and trips of a Guidepost server.

``Client`` is for threads, ``AsyncClient`` for asyncio; they have the same methods.
"""

from guidepost._addresses import Address, Addresses, Prefix
from guidepost._aio_live import AsyncLiveRouteTable
from guidepost._async.client import AsyncClient
from guidepost._async.guide import AsyncFeatures, AsyncNotes, AsyncTripRecording, AsyncTrips
from guidepost._async.routes import AsyncRoutes
from guidepost._async.watch import AsyncWatch
from guidepost._async.writer import AsyncWriter
from guidepost._errors import (
    Aborted,
    AlreadyExists,
    Cancelled,
    DataLoss,
    DeadlineExceeded,
    FailedPrecondition,
    GuidepostError,
    Internal,
    InvalidArgument,
    NotFound,
    OutOfRange,
    PermissionDenied,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
    Unimplemented,
)
from guidepost._events import (
    Changes,
    Disconnected,
    Entries,
    Lagging,
    Quiet,
    SnapshotBegan,
    SnapshotComplete,
    WatchEvent,
)
from guidepost._export import records as to_records
from guidepost._export import to_pandas
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
    Point,
    Stop,
    Track,
    Trip,
)
from guidepost._lookups import Lookups
from guidepost._routes_types import (
    AsOf,
    Candidate,
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
    RouteKind,
    RouteOperation,
    Source,
    Table,
)
from guidepost._settings import Tls, Token
from guidepost._sync.client import Client
from guidepost._sync.guide import Features, Notes, TripRecording, Trips
from guidepost._sync.routes import Routes
from guidepost._sync.watch import Watch
from guidepost._sync.writer import Writer
from guidepost._sync_live import LiveRouteTable
from guidepost._version import VERSION as __version__

# Written out, for what checks types: it takes no name for exported that is not here.
__all__ = [
    "Aborted",
    "Address",
    "Addresses",
    "AlreadyExists",
    "AsOf",
    "AsyncClient",
    "AsyncFeatures",
    "AsyncLiveRouteTable",
    "AsyncNotes",
    "AsyncRoutes",
    "AsyncTripRecording",
    "AsyncTrips",
    "AsyncWatch",
    "AsyncWriter",
    "Box",
    "Cancelled",
    "Candidate",
    "Changes",
    "Circle",
    "Client",
    "Corridor",
    "DataLoss",
    "DeadlineExceeded",
    "Disconnected",
    "DistantFeature",
    "Entries",
    "Explanation",
    "FailedPrecondition",
    "Feature",
    "FeatureChange",
    "FeatureFilter",
    "FeatureOperation",
    "Features",
    "Fix",
    "GuidepostError",
    "Internal",
    "InvalidArgument",
    "Lagging",
    "LiveRouteTable",
    "LoadReport",
    "LoggedChange",
    "Lookup",
    "Lookups",
    "NotFound",
    "Note",
    "NoteEvent",
    "NoteKind",
    "Notes",
    "OperationResult",
    "OutOfRange",
    "PathFeature",
    "PermissionDenied",
    "Point",
    "Prefix",
    "Progress",
    "Quiet",
    "ResourceExhausted",
    "Revision",
    "Route",
    "RouteChange",
    "RouteDifference",
    "RouteFilter",
    "RouteKind",
    "RouteOperation",
    "Routes",
    "SnapshotBegan",
    "SnapshotComplete",
    "Source",
    "Stop",
    "Table",
    "Tls",
    "Token",
    "Track",
    "Trip",
    "TripRecording",
    "Trips",
    "Unauthenticated",
    "Unavailable",
    "Unimplemented",
    "Watch",
    "WatchEvent",
    "Writer",
    "to_pandas",
    "to_records",
]
