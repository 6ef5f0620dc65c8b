"""The fleet's page: its data in one HTML file that asks for nothing from anywhere."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Final

from natlane.handover.templates import HandOverTemplates
from natlane.problems import Problem
from natlane.report.collect import Data

FILE: Final = "index.html"
_FOLDER: Final = "documents/report"
_IN_SCRIPT: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def page_of(data: Data, root: str) -> str | Problem:
    """The whole page. Its script and style are named by their hashes, so that a browser runs no other."""
    templates = HandOverTemplates(root)
    texts = []
    for name in ("_style.css.j2", "_script.js.j2"):
        text = templates.text(f"{_FOLDER}/{name}")
        if isinstance(text, Problem):
            return text
        texts.append(text)
    style, script = texts
    return templates.text(
        f"{_FOLDER}/index.html.j2",
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
        data=in_script(data),
        count=len(data["partners"]),
        region=data["region"],
    )


def in_script(data: object) -> str:
    """JSON that may stand within a script element: nothing in it ends the element or begins a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.translate({ord(char): escaped for char, escaped in _IN_SCRIPT.items()})


def _hash(text: str) -> str:
    """How a Content-Security-Policy names a text."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
