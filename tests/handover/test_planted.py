"""A wrong value planted in any place of a vendor's template is caught by the reader of its configurations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from functools import cache

import pytest
from natlane.handover.templates import DEVICES, FILTERS, HandOverTemplates
from natlane.render.template_parser import parse_template
from natlane.render.template_run import Filter

from tests.conftest import ROOT
from tests.handover.test_vendors import CASES, rendered, wrong

_PLACE = re.compile(r"\{\{ (.+?) \}\}")
FOLDERS = {
    "strongswan": ("strongswan", "nftables", "frr", "bird"),
    "libreswan": ("libreswan", "nftables", "frr", "bird"),
}
ENOUGH = 1  # partners whose text a planted value changes


def planted(value: object) -> str:
    """Another value, as a slip would give it: the last digit or letter is another one."""
    text = str(value)
    at = max(index for index, char in enumerate(text) if char.isalnum())
    other = str((int(text[at]) + 1) % 10) if text[at].isdigit() else ("y" if text[at] == "x" else "x")
    return f"{text[:at]}{other}{text[at + 1 :]}"


def _templates(vendor: str) -> Iterator[str]:
    folder_of = ROOT / "templates"
    for path in sorted((folder_of / DEVICES).rglob("*.j2")):
        name = str(path.relative_to(folder_of))
        folder = name.split("/")[1] if name.count("/") == 2 else ""
        shared = name.startswith(f"{DEVICES}/_steps") and vendor in ("pfsense", "opnsense", "check-point", "cisco-ftd")
        if name.startswith(f"{DEVICES}/") and (folder in FOLDERS.get(vendor, (vendor,)) or shared):
            yield name


def _mutants(vendor: str) -> Iterator[tuple[str, int, str]]:
    """Every place of a vendor's templates: the template, its line, and its text with a wrong value planted there."""
    for name in _templates(vendor):
        text = (ROOT / "templates" / name).read_text()
        for match in _PLACE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield name, line, f"{text[: match.start()]}{{{{ {match[1]} | planted }}}}{text[match.end() :]}"


def _said(files: dict[str, str]) -> dict[str, str]:
    """The files without comments, which their devices do not read; steps are for people, and have none."""
    return {
        name: text if name.endswith(".md") else re.sub(r"^\s*[#!] .*\n| +# .*", "", text, flags=re.MULTILINE)
        for name, text in files.items()
    }


def _with(name: str, text: str) -> HandOverTemplates:
    """The shipped templates with another one in a place."""
    templates = copy(_shipped())
    filters: dict[str, Filter] = {**FILTERS, "planted": planted}
    templates.loaded = copy(_shipped().loaded)
    templates.loaded.filters = filters
    templates.loaded.trees = {**templates.loaded.trees, name: parse_template(text, filters)}
    return templates


@cache
def _shipped() -> HandOverTemplates:
    return HandOverTemplates(str(ROOT))


def _survivors(vendor: str) -> Iterator[str]:
    cases = [case for case in CASES if case[0].name == vendor]
    whole: dict[int, dict[str, str]] = {}
    for name, line, text in _mutants(vendor):
        templates, seen, spoken = _with(name, text), 0, False
        for index, (kind, partner) in enumerate(cases):
            if index not in whole:
                whole[index] = rendered(kind, partner)
            changed = rendered(kind, partner, templates)
            spoken = spoken or changed != whole[index]
            if _said(changed) == _said(whole[index]):
                continue
            seen += 1
            if wrong(kind, partner, changed) == []:
                yield f"{name}:{line} in {partner}"
            if seen == ENOUGH:
                break
        if not spoken:
            yield f"{name}:{line} is written of no partner"


@pytest.mark.slow
@pytest.mark.parametrize("vendor", dict.fromkeys(vendor.name for vendor, _ in CASES))
def test_a_wrong_value_in_a_template_is_caught(vendor: str) -> None:
    assert list(_survivors(vendor)) == []
