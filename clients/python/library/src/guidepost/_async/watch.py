"""Watches as iterators."""

from __future__ import annotations

from typing import AsyncIterator, Generic, TypeVar

from guidepost._aio_transport import Answers, Transport
from guidepost._errors import Cancelled, GuidepostError, Unavailable
from guidepost._events import Disconnected, WatchEvent
from guidepost._proto.common.v1 import watch_pb2
from guidepost._routes_types import Progress
from guidepost._watching import WatchKind, WatchState

E = TypeVar("E")
C = TypeVar("C")


class AsyncWatch(AsyncIterator["WatchEvent[E, C]"], Generic[E, C]):
    """Follows routes, features or notes as they change, whatever happens to the connection.

    After a cut it resumes where it was; where the server's log no longer goes back that far, or the
    server was restored to another timeline, it starts again with a snapshot and says so
    (``SnapshotBegan``). A cut in the middle of a revision has the changes of that revision told
    again from its first one.

    It ends when it is closed, and raises what it cannot go on after. One task or thread iterates;
    any closes.
    """

    def __init__(
        self, transport: Transport, kind: WatchKind[E, C], start: watch_pb2.WatchStart | None
    ) -> None:
        self._transport = transport
        self._state = WatchState(kind, start)
        self._answers: Answers[object] | None = None
        self._wait: float | None = None
        self._pause = transport.pause()
        self._closed = False

    @property
    def progress(self) -> Progress | None:
        """How far it is; None before the end of the first snapshot."""
        return self._state.progress

    def __aiter__(self) -> AsyncWatch[E, C]:
        return self

    async def __anext__(self) -> WatchEvent[E, C]:
        while not self._closed:
            if self._answers is None:
                begun = await self._call()
                if begun is not None:
                    return begun
                continue
            event = await self._receive(self._answers)
            if event is not None:
                return event
        raise StopAsyncIteration

    async def _call(self) -> WatchEvent[E, C] | None:
        if self._wait is not None:
            await self._pause.sleep(self._wait)
            self._wait = None
        if self._closed:
            return None
        self._answers = await self._transport.stream(
            self._state.kind.method, self._state.request()
        )
        return self._state.begin()

    async def _receive(self, answers: Answers[object]) -> WatchEvent[E, C] | None:
        received = False
        try:
            message = await answers.receive()
            if message is None:
                raise Unavailable("the server ended the watch")
            received = True
        except GuidepostError as error:
            return await self._broken(error)
        finally:
            if not received:
                self._answers = None  # also where this task was cancelled: the next call resumes
        return self._state.read(message)

    async def _broken(self, error: GuidepostError) -> WatchEvent[E, C] | None:
        if self._closed:
            return None
        if self._transport.closed:
            raise Cancelled("the client is closed") from None
        delay = self._state.broken(error, self._transport.renewed(error))
        if delay is None:
            self._closed = True
            raise error
        self._wait = delay
        return Disconnected(error, delay)

    async def close(self) -> None:
        """Ends it; harmless if it has ended."""
        self._closed = True
        self._pause.end()
        if self._answers is not None:
            await self._answers.cancel()

    async def __aenter__(self) -> AsyncWatch[E, C]:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
