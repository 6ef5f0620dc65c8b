"""Fields that differ between two versions of a document, each with its line in the newer one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from natlane.describe.document import Document
from natlane.describe.nodes import Mapping, Node, Path, Scalar, Sequence, dotted

# They change no more than the texts in which they stand.
_COSMETIC = ("description", "contacts", "accepted_impact")


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line that differs: of a descriptor, of the landing zone, of a template, or of what was rendered.

    `line` is 0 where the whole file is meant, and `field` empty where there is none.
    """

    path: str
    line: int
    field: str
    shared: bool = False  # by all partners: the landing zone's, a template's


def changed_fields(old: Document | None, new: Document | None, *, shared: bool = False) -> tuple[ChangedLine, ...]:
    """Every field that was added, removed or written otherwise, in the order of the newer document."""
    if old is None or new is None:
        return ()
    found = (
        ChangedLine(new.path, _line(new, path), dotted(path), shared) for path in _differing(old.root, new.root, ())
    )
    return tuple(dict.fromkeys(found))


def _line(document: Document, path: Path) -> int:
    """The line of a field; of what holds it, where it was taken away; 0 where that is the whole file."""
    taken = len(path) == 1 and str(path[0]) not in document.root.entries
    return 0 if taken else document.place(path)[0]


def line_behind(fields: tuple[str, ...], lines: tuple[ChangedLine, ...]) -> ChangedLine | None:
    """The change that a finding comes from: by its fields in their order, else a template, else the only change that
    is more than a text; None where it could be one of several."""
    for field in fields:
        for line in lines:
            if line.field == field or line.field.startswith((f"{field}.", f"{field}[")):
                return line
    template = next((line for line in lines if not line.field), None)
    others = [line for line in lines if not line.field.startswith(_COSMETIC)]
    return template or (others[0] if len(others) == 1 else None)


def _differing(old: Node, new: Node, path: Path) -> Iterator[Path]:
    """The paths below which two nodes differ; entries of lists count by what they are, not by their place."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name, (_, value) in new.entries.items():
            if name not in old.entries:
                yield (*path, name)
            else:
                yield from _differing(old.entries[name][1], value, (*path, name))
        yield from ((*path, name) for name in old.entries if name not in new.entries)
    elif isinstance(old, Sequence) and isinstance(new, Sequence):
        yield from _items(old, new, path)
    elif _plain(old) != _plain(new):
        yield path


def _items(old: Sequence, new: Sequence, path: Path) -> Iterator[Path]:
    before, after = [_plain(item) for item in old.items], [_plain(item) for item in new.items]
    added = [index for index, item in enumerate(after) if item not in before]
    removed = [index for index, item in enumerate(before) if item not in after]
    if len(added) == len(removed):  # entries that were changed, one by one
        for index, was in zip(added, removed, strict=True):
            yield from _differing(old.items[was], new.items[index], (*path, index))
        if not added and before != after:
            yield path  # their order alone
        return
    yield from ((*path, index) for index in added)
    if removed:
        yield path


def _plain(node: Node) -> object:
    """A node without its place, to compare it."""
    if isinstance(node, Mapping):
        return {name: _plain(value) for name, (_, value) in node.entries.items()}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return node.text if isinstance(node, Scalar) else None
