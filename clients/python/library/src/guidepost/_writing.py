"""How routes and features are written, without any waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Generic, TypeVar

from guidepost._guide_types import FeatureOperation
from guidepost._methods import MODIFY_FEATURES, MODIFY_ROUTES, Method
from guidepost._proto.guide.v1 import features_pb2
from guidepost._proto.routes.v1 import routes_pb2
from guidepost._routes_types import OperationResult, RouteOperation, result

O = TypeVar("O")

BATCH_OPERATIONS_MAX = 512
"""Operations in a batch: the most efficient size for server and client."""

BATCH_BYTES_MAX = 1 << 20
"""Bytes in a batch, and in an operation: a quarter of what a server takes."""

UNANSWERED_MAX = 32 * BATCH_OPERATIONS_MAX
"""Operations without an answer: enough to keep the server's disk busy."""

APPLY_OPERATIONS_MAX = 4096
"""Operations of one Apply call, by its contract."""


@dataclass(frozen=True, slots=True)
class WriteKind(Generic[O]):
    """How a kind of thing is written."""

    method: Method[Any, Any]
    message: Callable[[O], Any]
    request: Callable[[list[Any]], Any]
    results: Callable[[Any], list[OperationResult]]


def operation_message(kind: type[RouteOperation | FeatureOperation], operation: Any) -> Any:
    """What is sent of an operation; a TypeError says what was given instead."""
    if not isinstance(operation, kind):
        raise TypeError(f"operation {operation!r}: must be a guidepost.{kind.__name__}")
    return operation.message


def routes_kind(table: str, source: str) -> WriteKind[RouteOperation]:
    return WriteKind(
        MODIFY_ROUTES,
        lambda operation: operation_message(RouteOperation, operation),
        lambda batch: routes_pb2.ModifyRequest(operations=batch, table=table, source=source),
        lambda response: [result(each) for each in response.results],
    )


def feature_results(response: Any) -> list[OperationResult]:
    return [
        result(each, feature_id)
        for each, feature_id in zip(response.results, response.feature_ids)
    ]


def features_kind() -> WriteKind[FeatureOperation]:
    return WriteKind(
        MODIFY_FEATURES,
        lambda operation: operation_message(FeatureOperation, operation),
        lambda batch: features_pb2.ModifyRequest(operations=batch),
        feature_results,
    )
