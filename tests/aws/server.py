"""The HTTP server of the fake AWS: on loopback, one request at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Reply(NamedTuple):
    """An HTTP answer; `cut` closes the connection half way through the body."""

    status: int
    content_type: str
    body: bytes
    cut: bool = False
    headers: tuple[tuple[str, str], ...] = ()


Respond = Callable[[str, Mapping[str, str], bytes], Reply]


class Server:
    """A server of its own thread on a free port of 127.0.0.1."""

    def __init__(self, respond: Respond) -> None:
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(respond))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def endpoint(self) -> str:
        """Its URL."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def close(self) -> None:
        """Stops it and frees the port."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def _handler(respond: Respond) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # head and body leave together

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reply = respond(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("x-amzn-RequestId", "00000000-0000-4000-8000-000000000000")
            for name, value in reply.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)
            self.wfile.flush()
            self.close_connection = reply.cut

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class has this name
            """Nothing: the fake keeps its own list of calls."""

    return Handler
