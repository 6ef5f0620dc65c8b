"""Work that must end: a bound on processor time, so far off that only a hang or a wrong order of growth meets it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Raise TimeoutError in the block once it has used so many seconds of processor time."""

    def over(_: int, __: FrameType | None) -> None:
        raise TimeoutError(f"not done after {seconds} s of processor time")

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
