"""The copy of a table that a task keeps."""

from __future__ import annotations

import asyncio

from guidepost._async.watch import AsyncWatch
from guidepost._errors import Cancelled, GuidepostError, Internal
from guidepost._live import LiveCopy
from guidepost._routes_types import Route, RouteChange


class AsyncLiveRouteTable(LiveCopy):
    """A copy of a server's table that follows it; look-ups need no ``await``.

    ``async with`` begins to follow and waits for the first snapshot. Memory: as of ``LiveRouteTable``.
    """

    def __init__(self, watch: AsyncWatch[Route, RouteChange]) -> None:
        if not isinstance(watch, AsyncWatch):
            raise TypeError(f"watch {watch!r}: must be a watch of routes; routes.live() makes a copy")
        super().__init__()
        self._watch = watch
        self._moved = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> AsyncLiveRouteTable:
        """Begins to follow, in the running loop; harmless if it does."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._follow())
        return self

    async def _follow(self) -> None:
        try:
            async for event in self._watch:
                if self._feed(event):
                    self._signal()
            self._end(Cancelled("the copy was closed"))
        except GuidepostError as error:
            self._end(error)
        except asyncio.CancelledError:
            self._end(Cancelled("the copy was closed"))
            raise
        except Exception as defect:  # a caller that waits must learn of it
            self._end(Internal(f"the copy cannot follow: {defect!r}"))
            raise

    def _end(self, error: GuidepostError) -> None:
        self._ended(error)
        self._signal()

    def _signal(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    async def ready(self, timeout: float = 60.0) -> AsyncLiveRouteTable:
        """Waits for the first snapshot; raises TimeoutError, or why there can be none."""
        await self.wait(0, timeout)
        return self

    async def wait(self, revision: int, timeout: float = 60.0) -> None:
        """Waits until a revision is shown: callers can so read their own writes."""
        self.start()
        try:
            await asyncio.wait_for(self._reached(revision), timeout)
        except asyncio.TimeoutError:
            raise self._late(revision, timeout) from None

    async def _reached(self, revision: int) -> None:
        while not self._shows(revision):
            if self._error is not None:
                raise self._error
            await self._moved.wait()

    async def close(self) -> None:
        """Stops following; what is known stays."""
        await self._watch.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def __aenter__(self) -> AsyncLiveRouteTable:
        try:
            return await self.start().ready()
        except BaseException:
            await self.close()
            raise

    async def __aexit__(self, *_: object) -> None:
        await self.close()
