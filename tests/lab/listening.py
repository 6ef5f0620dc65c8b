"""Servers in namespaces: each says who it is and whom it sees, then echoes what it is sent."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterable, Mapping

from tests.lab import kernel

_open: list[Servers] = []


class Servers:
    """Listening sockets in many namespaces, served by one thread."""

    def __init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.wake, self.ring = socket.socketpair()
        self.selector.register(self.wake, selectors.EVENT_READ)
        self.waiting: dict[socket.socket, bytearray] = {}
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def add(self, space: str, ports: Iterable[int]) -> None:
        """Listen in a namespace. A socket stays where it was opened, whichever thread serves it."""
        with kernel.inside(space):
            for port in ports:
                listener = socket.create_server(("", port), backlog=512)
                listener.setblocking(False)
                self.selector.register(listener, selectors.EVENT_READ, space)

    def stop(self) -> None:
        """No more answers, no more sockets."""
        self.ring.send(b".")
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self.selector.close()
        self.ring.close()

    def _serve(self) -> None:
        while True:
            for key, _ in self.selector.select():
                ready = key.fileobj
                assert isinstance(ready, socket.socket)
                if ready is self.wake:
                    return
                if key.data is not None:
                    self._accept(ready, key.data)
                else:
                    self._echo(ready)

    def _accept(self, listener: socket.socket, space: str) -> None:
        """The first line: this namespace, the source that it sees, and the address and port that were called."""
        try:
            caller, (source, _) = listener.accept()
        except OSError:  # given up before it was taken
            return
        caller.setblocking(False)
        address, port = caller.getsockname()
        self.waiting[caller] = bytearray(f"{space} {source} {address}:{port}\n".encode())
        self.selector.register(caller, selectors.EVENT_READ)
        self._flush(caller)

    def _echo(self, caller: socket.socket) -> None:
        """Give back what came, taking more only once most of it has gone."""
        waiting = self.waiting[caller]
        came = b"."
        try:
            if len(waiting) < 65_536:
                came = caller.recv(65_536)
                waiting += came
        except BlockingIOError:
            pass
        except OSError:
            came = b""
        if came:
            self._flush(caller)
        else:
            self.selector.unregister(caller)
            del self.waiting[caller]
            caller.close()

    def _flush(self, caller: socket.socket) -> None:
        waiting = self.waiting[caller]
        try:
            del waiting[: caller.send(waiting) if waiting else 0]
        except BlockingIOError:
            pass
        except OSError:
            waiting.clear()
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if waiting else 0)
        self.selector.modify(caller, wanted)


def listen(ports: Mapping[str, tuple[int, ...]]) -> None:
    """Serve these ports in these namespaces until `hush`."""
    servers = Servers()
    for space, each in ports.items():
        servers.add(space, each)
    servers.thread.start()
    _open.append(servers)


def hush() -> None:
    """End all servers."""
    while _open:
        _open.pop().stop()
