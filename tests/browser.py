"""A real browser: Chromium without a screen, behind a proxy that refuses and remembers what was asked."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FOUND = shutil.which("chromium")
NEEDED = pytest.mark.skipif(not FOUND, reason="chromium is not installed")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--virtual-time-budget=5000"),
)
# What Chromium asks its maker by itself, whatever page it shows.
_OF_THE_BROWSER = re.compile(r"^(GET|CONNECT|POST) (http://)?[a-z0-9.-]+\.(google|googleapis|gvt1)\.com[:/]")


@contextmanager
def _listening() -> Iterator[tuple[int, list[str]]]:
    """A proxy that refuses, and the first line of everything that was asked of it."""
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    asked.append(connection.recv(4_096).decode("latin-1").partition("\r\n")[0])
                    connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1], asked
        server.shutdown(socket.SHUT_RDWR)


def browse(folder: Path, *words: str) -> tuple[str, list[str]]:
    """What the browser prints, and what it asked of the network."""
    with _listening() as (port, asked):
        proxy = (f"--proxy-server=http://127.0.0.1:{port}", "--proxy-bypass-list=<-loopback>")
        command = [str(FOUND), *FLAGS, *proxy, f"--user-data-dir={folder / 'profile'}", *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout, [line for line in asked if not _OF_THE_BROWSER.search(line)]
