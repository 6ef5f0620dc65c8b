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
    first = re.sub(r"^partner: (\S+)$", r"# partners/\1.yaml", text.partition("\n")[0])
    kind = KINDS.fullmatch(first)
    assert kind, f"{place}: {first!r} does not say what this is; see the top of {Path(__file__).name}"
    path = kind["path"]
    files = {LANDING_ZONE: OURS, "partners/acme.yaml": ACME}
    if path != LANDING_ZONE and not kind["part"]:
        del files["partners/acme.yaml"]
    files[path] = _laid_over(files[path], text) if kind["part"] else text
    problems = check_root({name: content.encode() for name, content in files.items()})
    assert [str(problem) for problem in problems if problem.severity == "error"] == []


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


def test_the_readme_shows_what_is_generated() -> None:
    text = README.read_text()
    assert text == with_snippet(text), "run: python -m tests.readme"
