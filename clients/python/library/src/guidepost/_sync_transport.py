"""Calls by threads that wait."""

from __future__ import annotations

import queue
import threading
import weakref
from typing import Any, Generic, Iterable, Iterator, TypeVar

import grpc

from guidepost._errors import Cancelled, GuidepostError, from_rpc
from guidepost._methods import Method
from guidepost._settings import Connection, Headers, OneProcess, Rotation, ServerAddress, Tries

Q = TypeVar("Q")
A = TypeVar("A")


def _failure(e: grpc.RpcError) -> GuidepostError:
    return from_rpc(e)


class Answers(Generic[A]):
    """The answers of one call.

    Threads: one receives; any cancels.
    """

    def __init__(self, transport: Transport, server: int, call: Any) -> None:
        self._transport = transport
        self._server = server
        self._call = call
        self._begun = False

    def receive(self) -> A | None:
        """The next answer; None: there are no more."""
        try:
            answer: A = next(self._call)
        except StopIteration:
            self._transport.forget(self)
            return None
        except grpc.RpcError as e:
            self._transport.forget(self)
            raise self._transport.failed(self._server, e) from None
        if not self._begun:
            self._begun = True
            self._transport.answered(self._server, self._call)
        return answer

    def cancel(self) -> None:
        self._call.cancel()
        self._transport.forget(self)


class Duplex(Answers[A], Generic[Q, A]):
    """A call with a stream of requests."""

    def __init__(self, transport: Transport, server: int, call: Any, requests: Any) -> None:
        super().__init__(transport, server, call)
        self._requests = requests

    def send(self, request: Q) -> None:
        self._requests.put(request)

    def half_close(self) -> None:
        self._requests.put(None)

    def cancel(self) -> None:
        super().cancel()
        self._requests.put(None)  # its thread waits there


def _taken(requests: queue.SimpleQueue[Any]) -> Iterator[Any]:
    while (request := requests.get()) is not None:
        yield request


class Pause:
    """Waiting that another thread can end."""

    def __init__(self) -> None:
        self._over = threading.Event()

    def sleep(self, seconds: float) -> None:
        self._over.wait(seconds)

    def end(self) -> None:
        self._over.set()


class Transport:
    """Makes calls.

    Threads: any.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._headers = Headers(connection)
        self._rotation = Rotation(len(connection.servers))
        self._process = OneProcess()
        self._closed = threading.Event()
        self._stubs: dict[tuple[int, str], Any] = {}
        self._open: set[Answers[Any]] = set()
        self._pauses: weakref.WeakSet[Pause] = weakref.WeakSet()
        self._channels = [self._channel(each) for each in connection.servers]

    def _channel(self, server: ServerAddress) -> grpc.Channel:
        target, options = server.target, self.connection.options(server)
        if self.connection.credentials is None:
            return grpc.insecure_channel(target, options)
        return grpc.secure_channel(target, self.connection.credentials, options)

    def _stub(self, server: int, kind: str, method: Method[Any, Any]) -> Any:
        stub = self._stubs.get((server, method.path))
        if stub is None:
            maker = getattr(self._channels[server], kind)
            stub = maker(method.path, method.encode, method.decode)
            self._stubs[server, method.path] = stub
        return stub

    def _check(self) -> None:
        self._process.check()
        if self._closed.is_set():
            raise Cancelled("the client is closed")

    def headers(self) -> list[tuple[str, str]]:
        """What a call shows now."""
        return self._headers.current()

    @property
    def closed(self) -> bool:
        return self._closed.is_set()

    def unary(self, method: Method[Q, A], request: Q, timeout: float | None = None) -> A:
        """One question, one answer; tried again where that can help and does no harm."""
        tries = Tries(method.repeats, timeout or self.connection.timeout)
        while True:
            self._check()
            server = self._rotation.pick()
            headers = self._headers.current()
            try:
                answer, call = self._stub(server, "unary_unary", method).with_call(
                    request, timeout=max(tries.left(), 0.001), metadata=headers
                )
            except grpc.RpcError as e:
                error = self.failed(server, e)
                self.again(tries, error, headers)
                continue
            except ValueError:  # grpc's word for a channel that another thread closed
                self._check()
                raise
            self.answered(server, call)
            parsed: A = answer
            return parsed

    def again(
        self, tries: Tries, error: GuidepostError, headers: list[tuple[str, str]]
    ) -> None:
        """Waits for the next try of a call that showed these headers, or raises the error."""
        renewed = error.code == "UNAUTHENTICATED" and self._headers.differs(headers)
        delay = tries.again(error, renewed, self._rotation.several)
        if delay is None or self._closed.is_set():
            raise error
        self.sleep(delay)

    def stream(self, method: Method[Q, A], request: Q, timeout: float | None = None) -> Answers[A]:
        """One question, many answers. Not tried again."""
        self._check()
        server = self._rotation.pick()
        stub = self._stub(server, "unary_stream", method)
        call = stub(request, timeout=timeout, metadata=self._headers.current())
        return self._opened(Answers(self, server, call))

    def chunks(self, method: Method[Q, A], request: Q, timeout: float | None = None) -> Iterator[A]:
        """One question, many answers; tried again as long as none has come."""
        tries = Tries(method.repeats, self.connection.timeout)
        while True:
            headers = self._headers.current()
            answers = self.stream(method, request, timeout)
            try:
                first = answers.receive()
            except GuidepostError as error:
                self.again(tries, error, headers)
                continue
            break
        answer = first
        try:
            while answer is not None:
                yield answer
                answer = answers.receive()
        finally:
            answers.cancel()

    def duplex(self, method: Method[Q, A], timeout: float | None = None) -> Duplex[Q, A]:
        """Many questions, many answers. Not tried again."""
        self._check()
        server = self._rotation.pick()
        requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
        stub = self._stub(server, "stream_stream", method)
        call = stub(_taken(requests), timeout=timeout, metadata=self._headers.current())
        opened = Duplex[Q, A](self, server, call, requests)
        self._opened(opened)
        return opened

    def _opened(self, answers: Answers[A]) -> Answers[A]:
        self._open.add(answers)
        return answers

    def forget(self, answers: Answers[Any]) -> None:
        self._open.discard(answers)

    def answered(self, server: int, call: Any) -> None:
        self._rotation.answered(server)
        self._headers.see(call.initial_metadata())

    def failed(self, server: int, e: grpc.RpcError) -> GuidepostError:
        error = _failure(e)
        if error.code in ("UNAVAILABLE", "DEADLINE_EXCEEDED"):
            self._rotation.failed(server)
        if self._closed.is_set():
            return Cancelled("the client is closed")
        return error

    def renewed(self, error: GuidepostError) -> bool:
        """True if a watch that was refused may be let in with the token of now."""
        token = self.connection.token
        return error.code == "UNAUTHENTICATED" and token is not None and token.may_change

    def sleep(self, seconds: float) -> None:
        self._closed.wait(seconds)

    def pause(self) -> Pause:
        """Ends with the client, at the latest."""
        made = Pause()
        self._pauses.add(made)
        return made

    def close(self) -> None:
        self._closed.set()
        for pause in list(self._pauses):
            pause.end()
        if self._process_is_mine():
            for each in list(self._open):
                each.cancel()
            for channel in self._channels:
                channel.close()

    def _process_is_mine(self) -> bool:
        try:
            self._process.check()
        except RuntimeError:
            return False
        return True


def rows(given: Iterable[Q]) -> Iterator[Q]:
    """What was given, one after the other; goes on where it was when it is iterated again."""
    yield from given
