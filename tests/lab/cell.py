"""Cells: processes with namespaces of their own, which end with their owner and answer calls.

The cell is started by `unshare -n -m -p -f --kill-child`: no packet can leave it, for it has no
interface of the machine's; and when its owner dies, however it dies, the cell's standard input ends,
and at once the cell, in the middle of a call too, and the kernel ends every process and namespace
that was made in it.
"""

from __future__ import annotations

import os
import pickle
import queue
import resource
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, ParamSpec, TypeVar

from tests.lab import kernel, machine

P = ParamSpec("P")
R = TypeVar("R")


class Cell:
    """Calls a module-level function inside the cell and gives what it returns."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def __call__(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The function's result. Raises RuntimeError with the traceback from inside."""
        asked, answered = self.process.stdin, self.process.stdout
        assert asked is not None
        assert answered is not None
        pickle.dump((function, args, kwargs), asked)
        asked.flush()
        good, result = pickle.load(answered)
        if not good:
            raise RuntimeError(result)
        answer: R = result
        return answer


@contextmanager
def open_cell(wrap: Sequence[str]) -> Iterator[Cell]:
    """A cell, for as long as the block runs. `wrap` is the unshare command that works here."""
    command = [*wrap, sys.executable, "-m", "tests.lab.cell"]
    environment = os.environ | {"PATH": machine.PATH}
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield Cell(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def prepare() -> None:
    """A /run of the cell's own, so that namespaces, sockets and pid files are seen by nobody else."""
    kernel.run(["mount", "-t", "tmpfs", "tmpfs", "/run"])
    os.mkdir(kernel.NAMESPACES)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def serve(asked: BinaryIO, answered: BinaryIO) -> None:
    """Answer calls, one after the other, until the owner hangs up."""
    calls: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_hear, args=(asked, calls), daemon=True).start()
    while True:
        function, args, kwargs = calls.get()
        try:
            result = True, function(*args, **kwargs)
        except Exception:
            result = False, traceback.format_exc()
        pickle.dump(result, answered)
        answered.flush()


def _hear(asked: BinaryIO, calls: queue.SimpleQueue[Any]) -> None:
    """Calls as they come; the end of them ends this process, the first of its namespace, whatever it does now."""
    try:
        while True:
            calls.put(pickle.load(asked))
    except EOFError:
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def main() -> None:
    """Standard input and output carry calls; whatever is printed inside goes to standard error."""
    asked, answered = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    prepare()
    serve(asked, answered)


if __name__ == "__main__":
    main()
