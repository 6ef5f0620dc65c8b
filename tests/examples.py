"""The examples of rules, written from tests/bad: `python -m tests.examples` puts them where `natlane rules` reads them.

What is wrong and what to write are the lines by which CODE.yaml and CODE.good.yaml differ; what is told is the problem.
"""

from __future__ import annotations

import difflib
import json
from pathlib import Path

from natlane.problems import visible

from tests.check.corpus import BAD, check_case, check_root
from tests.conftest import ROOT

TARGET = ROOT / "generator" / "natlane" / "check" / "examples.json"
MOST_LINES = 4
MOST_CHARACTERS = 110
# A key is not shown, however false; and what no file can show.
BY_HAND = {
    "secret": {"wrong": 'psk: "<a key>"', "write": "preshared_keys: variables"},
    "file-unreadable": {"wrong": "partners/acme.yaml of another user, with mode 0600", "write": "chmod u+r"},
    "output-interrupted": {"wrong": "natlane generate, killed while it wrote", "write": "natlane generate"},
}


def examples() -> dict[str, dict[str, str]]:
    """For each rule with a case in tests/bad: the wrong lines, the message, and the right lines."""
    found = {}
    for path in sorted(BAD.glob("*.yaml")):
        if path.name.endswith(".good.yaml"):
            continue
        told = next(each for each in check_case(path) if each.code == path.stem)
        hint = f"; {told.hint}" if told.hint else ""
        field = f"{told.field}: " if told.field else ""
        said = {"told": _short(f"{field}{told.message}{hint}".replace("\n", " "))}
        wrong, right = _differing(path)
        found[path.stem] = {"wrong": wrong or "(left out)", "write": right or told.hint or "(leave it out)", **said}
    for code, (files, line) in _of_files().items():
        told = next(each for each in check_root(files) if each.code == code)
        assert str(told) == line
        said = {"told": _short(f"{told.message}; {told.hint}".removesuffix("; "))}
        found[code] = {"wrong": told.path, "write": told.hint or "(as the message says)", **said}
    for code, shown in BY_HAND.items():
        found[code] = {**found.get(code, {}), **shown}
    return dict(sorted(found.items()))


def _of_files() -> dict[str, tuple[dict[str, bytes], str]]:
    from tests.check.test_bad import UNREADABLE

    return UNREADABLE


def _differing(path: Path) -> tuple[str, str]:
    one, two = (_content(each) for each in (path, path.with_suffix(".good.yaml")))
    lines = list(difflib.ndiff(one, two))
    return tuple(_cut([line[2:] for line in lines if line.startswith(sign)]) for sign in ("- ", "+ "))  # type: ignore[return-value]


def _content(path: Path) -> list[str]:
    text = path.read_bytes().decode("utf-8", "replace")
    return [line for line in text.split("\n") if line.strip() and not line.startswith("#")]


def _cut(lines: list[str]) -> str:
    shown = [_short(visible(line)) for line in lines[:MOST_LINES]]
    least = min((len(line) - len(line.lstrip()) for line in shown), default=0)
    return "\n".join([*(line[least:] for line in shown), *(["..."] if len(lines) > MOST_LINES else [])])


def _short(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS * 3 else text[: MOST_CHARACTERS * 3 - 3] + "..."


if __name__ == "__main__":
    TARGET.write_text(json.dumps(examples(), indent=1, ensure_ascii=False) + "\n")
