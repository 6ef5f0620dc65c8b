"""The streams that natlane prints to: they escape what commands a terminal, and report what cannot be written.

What passes commands neither a terminal nor GitHub's runner, and what the other end cannot take as a character is
written as an escape. A stderr that is closed or full loses notes and changes no exit code; a stdout that cannot take
the result is an error of its own.
"""

from __future__ import annotations

import codecs
import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, TextIO, cast

from natlane.output.escape import Safe, inert

_ESCAPES: Final = "natlane"


class LostOutputError(Exception):
    """The result could not be written; `silent` where whoever read it went away."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror)
        self.silent = error.errno == errno.EPIPE


class SafeStream:
    """A text stream around another one. Made by `safe_streams`."""

    def __init__(self, stream: TextIO | None, *, loses: bool) -> None:
        self._stream = stream
        self._loses = loses  # notes may be lost, the result may not
        self._starts_line = True
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_ESCAPES)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def isatty(self) -> bool:
        """Whether a person reads along."""
        with suppress(ValueError, OSError):
            return self._stream is not None and self._stream.isatty()
        return False

    def write(self, text: str) -> int:
        """Write text, made inert unless its printer did that; raises LostOutputError."""
        if text:
            said = text if isinstance(text, Safe) else inert(text, starts_line=self._starts_line)
            self._starts_line = text.endswith("\n")
            self._do("write", said)
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write each of them."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Hand on what was written; raises LostOutputError."""
        self._do("flush")

    def _do(self, what: str, *words: str) -> None:
        try:
            if self._stream is None:
                raise OSError(errno.EBADF, "it is closed")
            getattr(self._stream, what)(*words)
        except (OSError, ValueError) as error:
            self._give_up()
            if not self._loses:
                lost = error if isinstance(error, OSError) else OSError(errno.EBADF, "it is closed")
                raise LostOutputError(lost) from error

    def _give_up(self) -> None:
        """What is still held back goes nowhere, so that the interpreter's own last flush does not fail."""
        with suppress(OSError, ValueError, AttributeError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, cast(TextIO, self._stream).fileno())
            os.close(nowhere)


@contextmanager
def safe_streams() -> Iterator[None]:
    """sys.stdout and sys.stderr are safe streams until the block ends."""
    codecs.register_error(_ESCAPES, _as_escapes)
    _fill()
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (
        cast(TextIO, SafeStream(before[0], loses=False)),
        cast(TextIO, SafeStream(before[1], loses=True)),
    )
    try:
        yield
    finally:
        with suppress(LostOutputError):
            sys.stderr.flush()
        sys.stdout, sys.stderr = before


def _fill() -> None:
    """No file that is opened later may become stdin, stdout or stderr because that one was closed."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _as_escapes(error: UnicodeError) -> tuple[str, int]:
    r"""Characters that an encoding lacks as \uXXXX, which JSON understands, too."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    pairs = zip(units[::2], units[1::2], strict=True)
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in pairs), error.end
