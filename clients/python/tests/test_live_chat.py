"""Two people at one place, one with the Python client and one with the Go client."""

import os
import queue
import subprocess
import sys
import threading
import time

import pytest

from guidepost_clients import console

DEADLINE_SECONDS = 600


class Chat:
    """A chat program, with its lines as they come."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def type(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def wait_for(self, text):
        """Waits until a received note says this, and gives what it says in full."""
        end = time.monotonic() + DEADLINE_SECONDS
        while True:
            line = self.lines.get(timeout=max(0.01, end - time.monotonic()))
            assert line is not None, f"ended before it received {text!r}"
            if line.endswith(text):
                return line

    def hang_up(self):
        self.process.stdin.close()
        return self.process.wait(DEADLINE_SECONDS)


@pytest.fixture
def start_chat(server, fresh_point):
    chats = []
    where = ["--server", server, f"--at={console.point_text(fresh_point)}"]

    def start(command):
        # Options first, as Go has it; Python takes any order.
        chats.append(Chat([*command, *where, "chat"]))
        return chats[-1]

    yield start
    for chat in chats:
        chat.process.kill()
        chat.process.wait()


def python_client(name):
    return [sys.executable, "-m", f"guidepost_clients.{name}"]


def go_client():
    path = os.environ.get("GUIDEPOST_GO_ROUTE_GUIDE_CLIENT")
    if not path:
        pytest.skip("GUIDEPOST_GO_ROUTE_GUIDE_CLIENT does not name the Go client")
    return [path]


CLIENTS = {
    "blocking": lambda: python_client("route_guide_client"),
    "asyncio": lambda: python_client("route_guide_client_async"),
    "go": go_client,
}


@pytest.mark.parametrize(
    "one, other", [("blocking", "go"), ("go", "asyncio"), ("asyncio", "blocking")]
)
def test_two_clients_see_each_others_notes_live(start_chat, one, other):
    ann, ben = start_chat(CLIENTS[one]()), start_chat(CLIENTS[other]())
    # Whoever posts second gets the first note as an earlier one, the other one gets it live.
    ann.type("ann is here")
    ben.type("ben is here")
    ann.wait_for("ben is here")
    ben.wait_for("ann is here")
    # Both are at the point now, so these can only arrive live.
    ann.type("it is foggy")
    ben.wait_for("it is foggy")
    ben.type("not here")
    ann.wait_for("not here")
    assert (ann.hang_up(), ben.hang_up()) == (0, 0)
