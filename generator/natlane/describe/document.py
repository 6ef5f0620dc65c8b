"""A YAML file read as a document: a tree of nodes that know their line and column.

What looks like a secret is masked before anything else reads the text. Scalars stay text here: what a scalar may
mean is decided by the type of its field (scalar_types.py), so that nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from natlane.describe.nodes import Mapping, Node, Path, Scalar, Sequence, dotted
from natlane.describe.yaml_parser import RefusedError, compose
from natlane.problems import HIDING, Problem, Severity, file_problem
from natlane.secrets.detection import Secret, find_secrets, masked
from natlane.workspace.paths import Workspace, unreadable

MOST_BYTES: Final = 1_048_576
MOST_SECRETS: Final = 100  # reported of one file; all are masked
_CONFLICT: Final = re.compile(r"^(?:[<>|]{7} |={7}\r?$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is YAML: its path relative to the root, its text, and its root mapping."""

    path: str
    text: str
    root: Mapping

    def place(self, field: Path) -> tuple[int, int]:
        """Line and column of a field's scalar, else of its key; of the nearest parent that was written."""
        node: Node = self.root
        line, column = node.line, node.column
        for part in field:
            if isinstance(node, Mapping) and str(part) in node.entries:
                key, node = node.entries[str(part)]
                line, column = key.line, key.column
            elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
                node = node.items[part]
                line, column = node.line, node.column
            else:
                return line, column
        return (node.line, node.column) if isinstance(node, Scalar) else (line, column)

    def holds(self, field: Path) -> bool:
        """Whether a field is written."""
        return self._node(field) is not None

    def text_at(self, field: Path) -> str:
        """The plain value that is written at a field, empty where there is none."""
        node = self._node(field)
        return node.text if isinstance(node, Scalar) else ""

    def _node(self, field: Path) -> Node | None:
        node: Node = self.root
        for part in field:
            if isinstance(node, Mapping) and part in node.entries:
                node = node.entries[str(part)][1]
            elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
                node = node.items[part]
            else:
                return None
        return node

    def problem(self, code: str, field: Path, message: str, hint: str = "", *, warning: bool = False) -> Problem:
        """A problem at a field of this document."""
        line, column = self.place(field)
        severity: Severity = "warning" if warning else "error"
        return Problem(code, severity, self.path, line, column, dotted(field), message, hint)


def read(root: str, path: str) -> tuple[Document | None, list[Problem]]:
    """The document at root/path, or why there is none; duplicate keys are all reported.

    What looks like a secret is a problem too, and is masked in the document.
    """
    try:
        raw = Workspace(root).read(path, MOST_BYTES + 1)
    except IsADirectoryError:
        return None, [file_problem("file-not-file", path, "is a folder, not a YAML file", "move it away")]
    except FileNotFoundError:
        return None, [file_problem("file-missing", path, "no such file", "write it, or name the right --root")]
    except OSError as error:
        return None, [unreadable(path, error)]
    return read_text(path, raw)


def read_text(path: str, raw: bytes) -> tuple[Document | None, list[Problem]]:
    """The document that these bytes are."""
    if len(raw) > MOST_BYTES:
        return None, [file_problem("file-too-large", path, f"is larger than {MOST_BYTES:,} bytes")]
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        return None, [Problem("file-not-utf8", "error", path, line, column, "", message, "save the file as UTF-8")]
    hiding = HIDING.search(text)
    if hiding:
        line = text.count("\n", 0, hiding.start()) + 1
        column = hiding.start() - text.rfind("\n", 0, hiding.start())
        message = f"character U+{ord(hiding[0]):04X} is not allowed: a reader would see another text than natlane does"
        return None, [Problem("yaml-character", "error", path, line, column, "", message, "write the text without it")]
    secrets = find_secrets(text)
    text = masked(text, secrets)  # from here on nothing can print what it does not know
    problems = [_secret_problem(path, text, secret) for secret in secrets[:MOST_SECRETS]]
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        message, hint = "a merge conflict is not solved here", "keep one side, and remove git's three marker lines"
        return None, [*problems, Problem("yaml-conflict", "error", path, line, 1, "", message, hint)]
    before = len(problems)
    try:
        root = compose(path, text, problems)
    except RefusedError as no:
        problems.append(Problem(no.code, "error", path, no.line, no.column, "", no.message, no.hint))
        return None, problems
    return (Document(path, text, root) if len(problems) == before else None), problems


def _secret_problem(path: str, text: str, secret: Secret) -> Problem:
    line = text.count("\n", 0, secret.start) + 1
    column = secret.start - text.rfind("\n", 0, secret.start)
    hint = (
        "take it out and change it, for this file is kept for ever: AWS makes the tunnels' keys, or they are variables;"
        " a name that only looks like one passes with hyphens"
    )
    return Problem("secret", "error", path, line, column, "", f"{secret.what} looks like a secret", hint)
