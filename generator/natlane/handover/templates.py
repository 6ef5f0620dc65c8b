"""The hand-over's templates: a folder for each vendor in templates/devices, documents in templates/documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

import markupsafe
from natlane.handover.networks import Block
from natlane.problems import Problem
from natlane.render.hcl_filter import hcl
from natlane.render.template_folders import OTHERS, SUFFIX
from natlane.render.template_run import Filter
from natlane.render.templates import Templates, markdown
from natlane.workspace.paths import Workspace

_HINT: Final = "generator/natlane/handover/model.py lists what a hand-over holds"
DEVICES: Final = "devices"
DOCUMENTS: Final = "documents"


def quoted(value: object) -> str:
    """A value as an HCL expression; a block of the hand-over is its text."""
    if isinstance(value, Block):
        return hcl(value.cidr)
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(quoted, value))}]"
    return hcl(value)


def html(value: object) -> str:
    """A value as text of an HTML page, in which nothing of it is markup."""
    if isinstance(value, (tuple, list)):
        return ", ".join(map(html, value))
    return str(markupsafe.escape(str(value)))


def listed(value: object) -> str:
    """The items of a list, with commas."""
    return ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def spaced(value: object) -> str:
    """The items of a list, with blanks."""
    return " ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


FILTERS: Final[Mapping[str, Filter]] = {
    "hcl": quoted,
    "html": html,
    "json": lambda value: json.dumps(value, ensure_ascii=False),
    "listed": listed,
    "markdown": markdown,
    "spaced": spaced,
}


class HandOverTemplates:
    """The shipped templates, each overridden by the file of the same name below root/templates."""

    def __init__(self, root: str) -> None:
        self.loaded = Templates(Workspace(root), lambda name: name.startswith(OTHERS), FILTERS)

    def of_vendor(self, vendor: str) -> dict[str, str]:
        """The vendor's templates: file names, and the templates that give them."""
        return self._below(f"{DEVICES}/{vendor}/")

    def of_any_vendor(self) -> frozenset[str]:
        """The names of all files that a vendor's templates give."""
        return frozenset(name.rpartition("/")[2] for name in self._below(f"{DEVICES}/"))

    def of_documents(self, folder: str) -> dict[str, str]:
        """The templates in a folder of documents: file names, and the templates that give them."""
        return self._below(f"{DOCUMENTS}/{folder}/")

    def _below(self, folder: str) -> dict[str, str]:
        below = (name for name in self.loaded.names if name.startswith(folder) and not _is_part(name))
        return {name.removeprefix(folder).removesuffix(SUFFIX): name for name in below}

    def text(self, name: str, **values: object) -> str | Problem:
        """What a template gives; its own mistake is a problem at its line."""
        return self.loaded.text(name, _HINT, **values)


def _is_part(name: str) -> bool:
    """Whether a template is a part of others, and gives no file of its own."""
    return name.rpartition("/")[2].startswith("_")
