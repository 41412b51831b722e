"""Calls by coroutines; ``_sync_transport.py`` is the same for threads."""

from __future__ import annotations

import asyncio
import weakref
from typing import Any, AsyncIterable, AsyncIterator, Generic, Iterable, TypeVar

import grpc
import grpc.aio

from guidepost._errors import Cancelled, GuidepostError, from_rpc
from guidepost._methods import Method
from guidepost._settings import Connection, Headers, OneProcess, Rotation, ServerAddress, Tries

Q = TypeVar("Q")
A = TypeVar("A")


class Answers(Generic[A]):
    """The answers of one call."""

    def __init__(self, transport: Transport, server: int, call: Any) -> None:
        self._transport = transport
        self._server = server
        self._call = call
        self._begun = False
        self._cancelled = False

    async def receive(self) -> A | None:
        """The next answer; None: there are no more. A task that is cancelled here cancels the call."""
        try:
            answer = await self._call.read()
        except grpc.RpcError as e:
            self._transport.forget(self)
            raise await self._transport.failed(self._server, e) from None
        except asyncio.CancelledError:
            self._transport.forget(self)
            if self._cancelled or self._transport.closed:
                raise Cancelled("the call was cancelled") from None
            raise
        if answer is grpc.aio.EOF:
            self._transport.forget(self)
            await self._end()
            return None
        if not self._begun:
            self._begun = True
            await self._transport.answered(self._server, self._call)
        parsed: A = answer
        return parsed

    async def _end(self) -> None:
        """Raises what the call ended with, unless that is OK."""
        code = await self._call.code()
        if code is not grpc.StatusCode.OK:
            raise await self._transport.ended(self._server, self._call, code)

    async def cancel(self) -> None:
        self._cancelled = True
        self._call.cancel()
        self._transport.forget(self)


class Duplex(Answers[A], Generic[Q, A]):
    """A call with a stream of requests."""

    async def send(self, request: Q) -> None:
        try:
            await self._call.write(request)
        except grpc.RpcError as e:
            raise await self._transport.failed(self._server, e) from None
        except asyncio.InvalidStateError:
            pass  # the call has ended; receive says why

    async def half_close(self) -> None:
        try:
            await self._call.done_writing()
        except (grpc.RpcError, asyncio.InvalidStateError):
            pass  # the call has ended; receive says why


class Pause:
    """Waiting that another task can end."""

    def __init__(self) -> None:
        self._over = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._over.wait(), seconds)
        except asyncio.TimeoutError:
            pass

    def end(self) -> None:
        self._over.set()


class Transport:
    """Makes calls. Its channels are made by the first one, in the loop that makes it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._headers = Headers(connection)
        self._rotation = Rotation(len(connection.servers))
        self._process = OneProcess()
        self._closed = False
        self._stubs: dict[tuple[int, str], Any] = {}
        self._open: set[Answers[Any]] = set()
        self._pauses: weakref.WeakSet[Pause] = weakref.WeakSet()
        self._channels: list[Any] = []

    def _channel(self, server: ServerAddress) -> Any:
        target, options = server.target, self.connection.options(server)
        if self.connection.credentials is None:
            return grpc.aio.insecure_channel(target, options)
        return grpc.aio.secure_channel(target, self.connection.credentials, options)

    def _stub(self, server: int, kind: str, method: Method[Any, Any]) -> Any:
        if not self._channels:
            self._channels = [self._channel(each) for each in self.connection.servers]
        stub = self._stubs.get((server, method.path))
        if stub is None:
            maker = getattr(self._channels[server], kind)
            stub = maker(method.path, method.encode, method.decode)
            self._stubs[server, method.path] = stub
        return stub

    def _check(self) -> None:
        self._process.check()
        if self._closed:
            raise Cancelled("the client is closed")

    def headers(self) -> list[tuple[str, str]]:
        """What a call shows now."""
        return self._headers.current()

    @property
    def closed(self) -> bool:
        return self._closed

    async def unary(self, method: Method[Q, A], request: Q, timeout: float | None = None) -> A:
        """One question, one answer; tried again where that can help and does no harm."""
        tries = Tries(method.repeats, timeout or self.connection.timeout)
        while True:
            self._check()
            server = self._rotation.pick()
            headers = self._headers.current()
            call = self._stub(server, "unary_unary", method)(
                request, timeout=max(tries.left(), 0.001), metadata=tuple(headers)
            )
            try:
                answer: A = await call
            except grpc.RpcError as e:
                error = await self.failed(server, e)
                await self.again(tries, error, headers)
                continue
            except asyncio.CancelledError:
                if self._closed:
                    raise Cancelled("the client is closed") from None
                raise
            await self.answered(server, call)
            return answer

    async def again(
        self, tries: Tries, error: GuidepostError, headers: list[tuple[str, str]]
    ) -> None:
        """Waits for the next try of a call that showed these headers, or raises the error."""
        renewed = error.code == "UNAUTHENTICATED" and self._headers.differs(headers)
        delay = tries.again(error, renewed, self._rotation.several)
        if delay is None or self._closed:
            raise error
        await self.sleep(delay)

    async def stream(
        self, method: Method[Q, A], request: Q, timeout: float | None = None
    ) -> Answers[A]:
        """One question, many answers. Not tried again."""
        self._check()
        server = self._rotation.pick()
        stub = self._stub(server, "unary_stream", method)
        call = stub(request, timeout=timeout, metadata=tuple(self._headers.current()))
        return self._opened(Answers(self, server, call))

    async def chunks(
        self, method: Method[Q, A], request: Q, timeout: float | None = None
    ) -> AsyncIterator[A]:
        """One question, many answers; tried again as long as none has come."""
        tries = Tries(method.repeats, self.connection.timeout)
        while True:
            headers = self._headers.current()
            answers = await self.stream(method, request, timeout)
            try:
                first = await answers.receive()
            except GuidepostError as error:
                await self.again(tries, error, headers)
                continue
            break
        answer = first
        try:
            while answer is not None:
                yield answer
                answer = await answers.receive()
        finally:
            await answers.cancel()

    async def duplex(self, method: Method[Q, A], timeout: float | None = None) -> Duplex[Q, A]:
        """Many questions, many answers. Not tried again."""
        self._check()
        server = self._rotation.pick()
        stub = self._stub(server, "stream_stream", method)
        call = stub(timeout=timeout, metadata=tuple(self._headers.current()))
        opened = Duplex[Q, A](self, server, call)
        self._opened(opened)
        return opened

    def _opened(self, answers: Answers[A]) -> Answers[A]:
        self._open.add(answers)
        return answers

    def forget(self, answers: Answers[Any]) -> None:
        self._open.discard(answers)

    async def answered(self, server: int, call: Any) -> None:
        self._rotation.answered(server)
        self._headers.see(await call.initial_metadata())

    async def failed(self, server: int, e: grpc.RpcError) -> GuidepostError:
        return self._counted(server, from_rpc(e))

    async def ended(self, server: int, call: Any, code: grpc.StatusCode) -> GuidepostError:
        from guidepost._errors import from_status

        text = await call.details() or ""
        return self._counted(server, from_status(code.name, text, await call.trailing_metadata()))

    def _counted(self, server: int, error: GuidepostError) -> GuidepostError:
        if error.code in ("UNAVAILABLE", "DEADLINE_EXCEEDED"):
            self._rotation.failed(server)
        return Cancelled("the client is closed") if self._closed else error

    def renewed(self, error: GuidepostError) -> bool:
        """True if a watch that was refused may be let in with the token of now."""
        token = self.connection.token
        return error.code == "UNAUTHENTICATED" and token is not None and token.may_change

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def pause(self) -> Pause:
        """Ends with the client, at the latest."""
        made = Pause()
        self._pauses.add(made)
        return made

    async def close(self) -> None:
        self._closed = True
        for pause in list(self._pauses):
            pause.end()
        for each in list(self._open):
            await each.cancel()
        for channel in self._channels:
            await channel.close()


async def rows(given: Iterable[Q] | AsyncIterable[Q]) -> AsyncIterator[Q]:
    """What was given, one after the other; goes on where it was when it is iterated again."""
    if isinstance(given, AsyncIterable):
        async for each in given:
            yield each
    else:
        for each in given:
            yield each
