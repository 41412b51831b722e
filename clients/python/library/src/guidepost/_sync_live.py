"""The copy of a table that a thread keeps."""

from __future__ import annotations

import threading
import time

from guidepost._errors import Cancelled, GuidepostError, Internal
from guidepost._live import LiveCopy
from guidepost._routes_types import Route, RouteChange
from guidepost._sync.watch import Watch


class LiveRouteTable(LiveCopy):
    """A copy of a server's table that follows it, for programs that look up every packet or flow.

    ``with`` waits for the first snapshot. Memory: about 500 bytes a route; twice that while a new
    snapshot comes; 80 MB more from the first ``longest_many`` on.

    Threads: any. A look-up waits while the changes of a revision are put in, some microseconds each.
    """

    def __init__(self, watch: Watch[Route, RouteChange]) -> None:
        if not isinstance(watch, Watch):
            raise TypeError(f"watch {watch!r}: must be a watch of routes; routes.live() makes a copy")
        super().__init__()
        self._watch = watch
        self._moved = threading.Condition()
        self._thread = threading.Thread(target=self._follow, name="guidepost-live", daemon=True)
        self._thread.start()

    def _follow(self) -> None:
        try:
            for event in self._watch:
                if self._feed(event):
                    self._signal()
            self._end(Cancelled("the copy was closed"))
        except GuidepostError as error:
            self._end(error)
        except Exception as defect:  # a caller that waits must learn of it
            self._end(Internal(f"the copy cannot follow: {defect!r}"))
            raise

    def _end(self, error: GuidepostError) -> None:
        self._ended(error)
        self._signal()

    def _signal(self) -> None:
        with self._moved:
            self._moved.notify_all()

    def ready(self, timeout: float = 60.0) -> LiveRouteTable:
        """Waits for the first snapshot; raises TimeoutError, or why there can be none."""
        self.wait(0, timeout)
        return self

    def wait(self, revision: int, timeout: float = 60.0) -> None:
        """Waits until a revision is shown: callers can so read their own writes."""
        deadline = time.monotonic() + timeout
        with self._moved:
            while not self._shows(revision):
                if self._error is not None:
                    raise self._error
                left = deadline - time.monotonic()
                if left <= 0:
                    raise self._late(revision, timeout)
                self._moved.wait(left)

    def close(self) -> None:
        """Stops following; what is known stays."""
        self._watch.close()
        self._thread.join(timeout=10)

    def __enter__(self) -> LiveRouteTable:
        try:
            return self.ready()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_: object) -> None:
        self.close()
