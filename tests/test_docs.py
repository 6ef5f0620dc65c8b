"""The pages are true: their YAML is read without error, their links resolve, and CONTRIBUTING's map is complete.

The first line of a fenced yaml block says what it is:
    # partners/NAME.yaml            a whole descriptor; so is what starts with `partner: NAME`
    # partners/acme.yaml, in part   fields, which replace those of ACME
    # landing-zone.yaml             a whole landing zone
    # landing-zone.yaml, in part    fields, which replace those of this repository's
    # FOREIGN                       another program's file
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from natlane.describe.document import read_text
from natlane.describe.partner import Partner, parse_partner
from natlane.facts.devices import DEVICES, TESTED
from natlane.render.template_folders import shipped_folder

from tests.check.corpus import LANDING_ZONE, check_root
from tests.conftest import ROOT
from tests.readme import README, with_snippet

PAGES = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("out/*/README.md")))
FOREIGN = {"repos.yaml of the server"}
ACME = """\
partner: acme
nat_cidr: 10.181.0.0/27
partner_cidrs: [192.168.50.0/24]
reach: [a]
vpn: {customer_gateway: {ip: 203.0.113.10, asn: 65010}}
"""
OURS = (ROOT / LANDING_ZONE).read_text()
KINDS = re.compile(r"# (?P<path>landing-zone\.yaml|partners/[a-z-]+\.yaml)(?P<part>, in part)?")


def _snippets() -> Iterator[tuple[str, str]]:
    """Every fenced yaml block, with where it stands."""
    for page in PAGES:
        text = page.read_text()
        for match in re.finditer(r"^```ya?ml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            yield f"{page.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}", match[1]


def _laid_over(base: str, fields: str) -> str:
    """A document in which each top-level field that `fields` writes replaces the base's."""
    parts = re.split(r"^(?=[a-z_]+:)", base, flags=re.MULTILINE)
    written = re.findall(r"^([a-z_]+):", fields, re.MULTILINE)
    return "".join(part for part in parts if part.partition(":")[0] not in written) + fields


SNIPPETS = [(place, text) for place, text in _snippets() if text.partition("\n")[0].lstrip("# ") not in FOREIGN]


@pytest.mark.parametrize(("place", "text"), SNIPPETS, ids=[place for place, _ in SNIPPETS])
def test_snippets_are_right(place: str, text: str) -> None:
    first = _first(text)
    kind = KINDS.fullmatch(first)
    assert kind, f"{place}: {first!r} does not say what this is; see the top of {Path(__file__).name}"
    path = kind["path"]
    files = {LANDING_ZONE: OURS, "partners/acme.yaml": ACME}
    if path != LANDING_ZONE and not kind["part"]:
        del files["partners/acme.yaml"]
    files[path] = _laid_over(files[path], text) if kind["part"] else text
    problems = check_root({name: content.encode() for name, content in files.items()})
    assert [str(problem) for problem in problems if problem.severity == "error"] == []


COMMITTED = {f"# partners/{path.name}": path for path in (ROOT / "partners").glob("*.yaml")}


def _first(text: str) -> str:
    """The first line of a snippet; a whole descriptor may leave it out."""
    return re.sub(r"^partner: (\S+)$", r"# partners/\1.yaml", text.partition("\n")[0])


WHOLE = [(place, text) for place, text in SNIPPETS if _first(text) in COMMITTED]


def _partner(text: str) -> Partner | None:
    document, problems = read_text("partners/any.yaml", text.encode())
    return parse_partner(document, problems) if document else None


@pytest.mark.parametrize(("place", "text"), WHOLE, ids=[place for place, _ in WHOLE])
def test_a_snippet_of_a_committed_partner_says_what_its_file_says(place: str, text: str) -> None:
    assert _partner(text) == _partner(COMMITTED[_first(text)].read_text()) is not None, place


def test_a_wrong_snippet_is_found() -> None:
    with pytest.raises(AssertionError, match="unknown-field"):
        test_snippets_are_right("here", "# partners/acme.yaml, in part\nzoness: 2\n")


def _prose(page: Path) -> str:
    return re.sub(r"^```.*?^```$|`[^`\n]*`", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def _anchors(page: Path) -> set[str]:
    """The fragments under which a page shows its headings."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", _prose(page)):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: {link}"
        assert not anchor or anchor in _anchors(target), f"{page.name}: {link} names no heading"


def _table(page: str, heading: str) -> list[list[str]]:
    """The cells of the rows below a table's first column heading."""
    rows = (ROOT / "docs" / page).read_text().partition(f"\n| {heading} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_the_page_of_devices_lists_each_with_its_files_and_tests() -> None:
    folder = shipped_folder() / "devices"
    expected = [
        (title, {path.name.removesuffix(".j2") for path in (folder / name).glob("*.j2")}, tested)
        for name, title, tested in dict.fromkeys((each.name, each.title, each.tested) for each in DEVICES)
    ]
    said = [
        (title, {name.rpartition("/")[2] for name in re.findall(r"`([^`]+)`", files)}, tested)
        for title, _, files, _, tested, _ in _table("devices.md", "device")
    ]
    assert said == expected


def test_the_page_of_devices_says_what_the_hand_over_says_of_tests() -> None:
    said = re.findall(r"^- \*\*(run|parsed|guide)\*\*: (.*)$", (ROOT / "docs" / "devices.md").read_text(), re.MULTILINE)
    assert said == [(level, text.removeprefix(f"{level}: ")) for level, text in TESTED.items()]


def test_the_readme_shows_what_is_generated() -> None:
    text = README.read_text()
    assert text == with_snippet(text), "run: python -m tests.readme"
