"""What goes wrong, as exceptions that carry what the server says for programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Mapping

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

# Reasons that say: nothing of the write was done, and nothing of it ever will be. docs/reference/errors.md lists them. The code
# alone says it for none: an answer that is too large for its connection or its client is RESOURCE_EXHAUSTED too.
_REFUSALS = frozenset(
    {
        "ABANDONED",
        "CALLER_HOLDS_TOO_MUCH",
        "CALLER_TOO_FAST",
        "DISK_FULL",
        "NO_LEADER",
        "NOT_WRITTEN",
        "OVERLOADED",
        "SUPERSEDED",
        "WRITER_STOPPED",
    }
)

# grpc's own words for a connection that was never made: nothing was sent.
_NEVER_SENT = ("failed to connect to all addresses", "connections to all backends failing")

# What grpc says of a connection that cannot be made, in words of its own, and what to do about it.
_ADVICE = {
    "CERTIFICATE_VERIFY_FAILED": "tls=Tls(ca) must name the CA that signed the server's certificate",
    "Hostname Verification Check failed": "Tls(server_name=...) must be a name in the server's certificate",
    "WRONG_VERSION_NUMBER": "the server does not speak TLS there",
    "Socket closed": "a server that speaks TLS needs tls=Tls(...)",
}

# grpc's own words where a connection broke while something was being sent.
_BROKEN = "Internal error from Core"


class GuidepostError(Exception):
    """A call that failed. The subclass says of what kind; the text is for people.

    ``code``         the gRPC status, such as ``NOT_FOUND``
    ``reason``       a stable name in capitals, such as ``MASK_NONCONTIGUOUS``; empty if none
    ``field``        path of the field that broke a rule; empty if none did
    ``value``        what stood there, shortened; empty if nothing
    ``rule``         the rule that it breaks, in words; empty if none
    ``metadata``     all facts that the server gave, by name
    ``retry_after``  how long to wait until a retry can succeed; None if nobody knows
    ``not_done``     of a write: True if nothing of it was done, so that it can be sent again; of a stream's operations, those
                     without an answer
    """

    code: str = "UNKNOWN"

    def __init__(
        self,
        text: str,
        *,
        code: str | None = None,
        reason: str = "",
        field: str = "",
        value: str = "",
        rule: str = "",
        metadata: Mapping[str, str] | None = None,
        retry_after: timedelta | None = None,
        not_done: bool = False,
    ) -> None:
        super().__init__(text)
        self.text = text
        if code is not None:
            self.code = code
        self.reason = reason
        self.field = field
        self.value = value
        self.rule = rule
        self.metadata: Mapping[str, str] = dict(metadata or {})
        self.retry_after = retry_after
        self.not_done = not_done

    def __str__(self) -> str:
        return f"{self.code}: {self.text}" if self.text else self.code

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r}, reason={self.reason!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (type(self), self.text, dict(self.__dict__))


def _rebuilt(kind: type[GuidepostError], text: str, state: dict[str, Any]) -> GuidepostError:
    error = kind(text)
    error.__dict__.update(state)
    return error


class InvalidArgument(GuidepostError, ValueError):
    """What was sent breaks a rule; sending it again cannot succeed."""

    code = "INVALID_ARGUMENT"


class NotFound(GuidepostError, LookupError):
    """There is no such thing."""

    code = "NOT_FOUND"


class AlreadyExists(GuidepostError):
    """It is there already, with other contents."""

    code = "ALREADY_EXISTS"


class FailedPrecondition(GuidepostError):
    """What is there does not permit it."""

    code = "FAILED_PRECONDITION"


class Aborted(GuidepostError):
    """Another operation that this one depends on was rejected."""

    code = "ABORTED"


class OutOfRange(GuidepostError):
    """An earlier state that is no longer retained, or one that was not reached."""

    code = "OUT_OF_RANGE"


class PermissionDenied(GuidepostError):
    """The caller has no grant for it."""

    code = "PERMISSION_DENIED"


class Unauthenticated(GuidepostError):
    """The server does not know the caller: no token, or one that it does not take."""

    code = "UNAUTHENTICATED"


class ResourceExhausted(GuidepostError):
    """More than a limit permits, or overload; ``retry_after`` says when to try again."""

    code = "RESOURCE_EXHAUSTED"


class Unavailable(GuidepostError):
    """No server can be reached, or it shuts down."""

    code = "UNAVAILABLE"


class DeadlineExceeded(GuidepostError, TimeoutError):
    """No answer within the timeout."""

    code = "DEADLINE_EXCEEDED"


class Cancelled(GuidepostError):
    """The call was cancelled, or its client closed."""

    code = "CANCELLED"


class DataLoss(GuidepostError):
    """Stored bytes cannot be read."""

    code = "DATA_LOSS"


class Internal(GuidepostError):
    """A defect of the server, or of what is between."""

    code = "INTERNAL"


class Unimplemented(GuidepostError):
    """The server does not know this call."""

    code = "UNIMPLEMENTED"


_KINDS: dict[str, type[GuidepostError]] = {
    kind.code: kind
    for kind in (
        InvalidArgument,
        NotFound,
        AlreadyExists,
        FailedPrecondition,
        Aborted,
        OutOfRange,
        PermissionDenied,
        Unauthenticated,
        ResourceExhausted,
        Unavailable,
        DeadlineExceeded,
        Cancelled,
        DataLoss,
        Internal,
        Unimplemented,
    )
}


def _details(metadata: Any) -> status_pb2.Status:
    for key, value in metadata or ():
        if key == "grpc-status-details-bin":
            try:
                return status_pb2.Status.FromString(value)
            except DecodeError:
                break
    return status_pb2.Status()


def from_status(code: str, text: str, trailers: Any = ()) -> GuidepostError:
    """The exception for a status and its trailing metadata."""
    reason = field = value = rule = ""
    facts: dict[str, str] = {}
    retry_after: timedelta | None = None
    for detail in _details(trailers).details:
        if detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR):
            info = error_details_pb2.ErrorInfo()
            detail.Unpack(info)
            if info.domain == "guidepost" and not reason:
                reason, facts = info.reason, dict(info.metadata)
                field, value = facts.get("field", ""), facts.get("value", "")
        elif detail.Is(error_details_pb2.BadRequest.DESCRIPTOR):
            bad = error_details_pb2.BadRequest()
            detail.Unpack(bad)
            for violation in bad.field_violations:
                field = field or violation.field
                rule = rule or violation.description.split('": ', 1)[-1]
        elif detail.Is(error_details_pb2.RetryInfo.DESCRIPTOR):
            retry = error_details_pb2.RetryInfo()
            detail.Unpack(retry)
            retry_after = retry.retry_delay.ToTimedelta()
    never_sent = code == "UNAVAILABLE" and any(words in text for words in _NEVER_SENT)
    return _KINDS.get(code, GuidepostError)(
        text,
        code=code,
        reason=reason,
        field=field,
        value=value,
        rule=rule,
        metadata=facts,
        retry_after=retry_after,
        not_done=never_sent or reason in _REFUSALS,
    )


def from_rpc(failure: grpc.RpcError) -> GuidepostError:
    """The exception for one of grpc's, of either of its two forms."""
    call: Any = failure
    if call.code() is grpc.StatusCode.INTERNAL and call.details() == _BROKEN:
        return from_status("UNAVAILABLE", "the connection broke")
    text: str = call.details() or ""
    if text.startswith(_NEVER_SENT):
        text += next((f"; {advice}" for word, advice in _ADVICE.items() if word in text), "")
    return from_status(call.code().name, text, call.trailing_metadata())
