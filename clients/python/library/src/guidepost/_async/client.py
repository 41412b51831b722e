"""The client."""

from __future__ import annotations

import os
from typing import NoReturn, Sequence

from guidepost import _methods as methods
from guidepost._aio_transport import Transport
from guidepost._async.guide import AsyncFeatures, AsyncNotes, AsyncTrips
from guidepost._async.routes import AsyncRoutes
from guidepost._proto.server.v1 import server_pb2
from guidepost._settings import Connection, Tls, Token


class AsyncClient:
    """A server, or a cluster of them.

    ``servers``: HOST:PORT, or several of one cluster (a list, or separated by commas): calls go to one
    after the other, past those that cannot be reached, and never see older data than before. Default:
    ``$GUIDEPOST_SERVER``, or localhost:50051.
    ``token``: a text, the path of a file that is read again when it changes (``pathlib.Path``), or a
    function; only over TLS or to this machine. ``timeout``: seconds for each answer, tries included.
    ``latest``: reads wait for all that was acknowledged anywhere in the cluster.

    Nothing is sent before the first call. Close it, or use it in ``async with``. Threads, tasks: any; after a
    fork each process makes its own.
    """

    def __init__(
        self,
        servers: str | Sequence[str] | None = None,
        *,
        tls: Tls | None = None,
        token: Token | None = None,
        timeout: float = 40.0,
        latest: bool = False,
    ) -> None:
        if servers is None:
            servers = os.environ.get("GUIDEPOST_SERVER") or "localhost:50051"
        self._transport = Transport(Connection(servers, tls, token, timeout, latest))
        self.routes = AsyncRoutes(self._transport, "")
        """The table "default"; for others ``routes.in_table(name)``."""
        self.features = AsyncFeatures(self._transport)
        self.notes = AsyncNotes(self._transport)
        self.trips = AsyncTrips(self._transport)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a client cannot be copied or sent to another process: each makes its own")

    async def info(self) -> server_pb2.GetInfoResponse:
        """What the server says of itself."""
        return await self._transport.unary(methods.GET_INFO, server_pb2.GetInfoRequest())

    async def close(self) -> None:
        """Ends all calls; further ones raise ``Cancelled``."""
        await self._transport.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
