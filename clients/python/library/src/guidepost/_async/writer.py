"""Many operations without waiting for each answer, and many look-ups likewise."""

from __future__ import annotations

import time
from collections import deque
from typing import Any, AsyncIterable, Callable, Generic, Iterable, TypeVar

from guidepost._aio_transport import Duplex, Transport, rows
from guidepost._errors import GuidepostError, Internal
from guidepost._methods import Method
from guidepost._routes_types import LoadReport, OperationResult
from guidepost._settings import Backoff
from guidepost._writing import BATCH_BYTES_MAX, BATCH_OPERATIONS_MAX, UNANSWERED_MAX, WriteKind

O = TypeVar("O")


class AsyncWriter(Generic[O]):
    """Writes many operations without waiting for each answer.

    Operations go out in batches of 512, or of 1 MiB if that is less; at most 16,384 are unanswered
    at a time, so memory stays bounded. ``acknowledged`` is how many of the first ones are durable and
    visible, or rejected: after a failure go on from there. Use it in ``async with``: leaving it
    sends what waits and takes all answers; leaving it by an exception gives up.

    One task or thread.
    """

    def __init__(
        self,
        transport: Transport,
        kind: WriteKind[O],
        on_result: Callable[[int, OperationResult], None] | None,
    ) -> None:
        self._transport = transport
        self._kind = kind
        self._on_result = on_result
        self._call: Duplex[Any, Any] | None = None
        self._batch: list[Any] = []
        self._batch_bytes = 0
        self.sent = 0
        """Operations that were sent."""
        self.acknowledged = 0
        """Operations that were answered: the first ones of those that were sent."""
        self.revision = 0
        """The newest revision that an answer named."""

    async def write(self, operation: O) -> None:
        """Takes an operation; sends when a batch is full, and waits while too many are unanswered."""
        message = self._kind.message(operation)
        size = message.ByteSize()
        if size > BATCH_BYTES_MAX:
            raise ValueError(f"operation of {size} bytes: must have at most {BATCH_BYTES_MAX}")
        if self._batch_bytes + size > BATCH_BYTES_MAX:
            await self.flush()
        self._batch.append(message)
        self._batch_bytes += size
        if len(self._batch) >= BATCH_OPERATIONS_MAX:
            await self.flush()

    async def flush(self) -> None:
        """Sends what waits."""
        if not self._batch:
            return
        while self.sent + len(self._batch) - self.acknowledged > UNANSWERED_MAX:
            await self._take()
        batch, self._batch, self._batch_bytes = self._batch, [], 0
        await (await self._opened()).send(self._kind.request(batch))
        self.sent += len(batch)

    async def sync(self) -> int:
        """Sends what waits and takes all answers; returns the newest revision that they name."""
        await self.flush()
        while self.acknowledged < self.sent:
            await self._take()
        return self.revision

    async def _opened(self) -> Duplex[Any, Any]:
        if self._call is None:
            self._call = await self._transport.duplex(self._kind.method)
        return self._call

    async def _take(self) -> None:
        response = await (await self._opened()).receive()
        if response is None:
            raise Internal("the server ended the call before all was answered")
        for ended in self._kind.results(response):
            self.revision = max(self.revision, ended.revision)
            self.acknowledged += 1
            if self._on_result is not None:
                self._on_result(self.acknowledged - 1, ended)

    async def finish(self) -> None:
        """Sends what waits, takes all answers and ends the call."""
        await self.sync()
        if self._call is not None:
            await self._call.half_close()
            while await self._call.receive() is not None:
                pass
            self._call = None

    async def close(self) -> None:
        """Gives up: operations without an answer may or may not have been done."""
        if self._call is not None:
            await self._call.cancel()
            self._call = None

    async def __aenter__(self) -> AsyncWriter[O]:
        return self

    async def __aexit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                await self.finish()
        finally:
            await self.close()


async def load(
    transport: Transport, kind: WriteKind[O], operations: Iterable[O] | AsyncIterable[O]
) -> LoadReport:
    """Writes operations that may be written twice: what a cut left unanswered is written again.

    Raises what it cannot go on after, and what it met last where no answer came for the client's
    timeout.
    """
    report = LoadReport()
    unanswered: deque[O] = deque()
    backoff = Backoff()
    answered = time.monotonic()

    def ended(_: int, result: OperationResult) -> None:
        nonlocal answered
        answered = time.monotonic()
        backoff.answered()
        unanswered.popleft()
        report.count(report.accepted + report.rejected, result)

    coming = rows(operations)
    writer = AsyncWriter(transport, kind, ended)
    try:
        while True:
            try:
                for row in list(unanswered):
                    await writer.write(row)
                async for row in coming:
                    unanswered.append(row)
                    await writer.write(row)
                await writer.finish()
                return report
            except GuidepostError as error:
                patient = time.monotonic() < answered + transport.connection.timeout
                if not patient or (error.code != "UNAVAILABLE" and error.retry_after is None):
                    raise
                await writer.close()
                delay = backoff.delay()
                after = error.retry_after
                await transport.sleep(delay if after is None else max(delay, after.total_seconds()))
                writer = AsyncWriter(transport, kind, ended)
    finally:
        await writer.close()
