"""`natlane rules` knows every code that any command prints, and none that no command prints."""

from __future__ import annotations

import ast
import json

import pytest
from natlane.catalogue import codes
from natlane.check import LANDING_ZONE_RULES, PARTNER_RULES, fleet, quotas, without_effect
from natlane.commands.rules import markdown
from natlane.problems import Code

from tests.codes import PACKAGE, Source, given, sources
from tests.conftest import ROOT, Natlane
from tests.examples import TARGET, examples

SOURCES = sources()
GIVEN, UNREAD = given(SOURCES)
ENTRIES = codes()
KNOWN = {each.code: each for each in ENTRIES}
# Rules are given by being run: what `@rule` names is never given anywhere else.
GROUPS = (*PARTNER_RULES, *LANDING_ZONE_RULES, fleet.rule, fleet.zone_rule, quotas.rule, without_effect.rule)
DECORATED = {rule.code for group in GROUPS for rule, _ in group.held}
# Worked out of a level, whose name is the code.
BY_LEVEL = {"opens", "closes"}


def test_every_code_that_the_source_gives_is_known() -> None:
    assert {code: places for code, places in GIVEN.items() if code not in KNOWN} == {}


def test_every_known_code_is_given_somewhere() -> None:
    assert sorted(KNOWN.keys() - GIVEN.keys() - DECORATED - BY_LEVEL) == []


def test_every_place_of_a_code_can_be_read() -> None:
    assert sorted(UNREAD) == ["impact/exposure.py: level", "impact/rules/our_tables.py: level"]


PLANTED = {
    'file_problem("new-code", path, "is wrong")': {"new-code"},
    'Problem("new-code", "error", path, 1, 1, "", "is wrong")': {"new-code"},
    'Problem(code="new-code", severity="error", path=path)': {"new-code"},
    'file_problem("new-code" if path else "other-code", path, "is wrong")': {"new-code", "other-code"},
    'CODE = "new-code"\nfile_problem(CODE, path, "is wrong")': {"new-code"},
    'def wrong_here(path, code="new-code"): ...': {"new-code"},
    'def told(code): ...\ntold("new-code")': {"new-code"},
    'class Found:\n    level: str\n    code: str\nFound("error", "new-code")': {"new-code"},
    'for code, path in (("new-code", "a"), ("other-code", "b")):\n    file_problem(code, path, "")': {
        "new-code",
        "other-code",
    },
    'reader.wrong(block, "name", "is wrong", code="new-code")': {"new-code"},
}


def _planted(text: str) -> tuple[dict[str, set[str]], list[str]]:
    head = "from natlane.problems import Problem, file_problem\n"
    planted = Source(PACKAGE / "render" / "planted.py", ast.parse(head + text))
    return given({**SOURCES, planted.dotted: planted}, planted.dotted)


@pytest.mark.parametrize("text", PLANTED)
def test_a_code_that_was_forgotten_is_found(text: str) -> None:
    found, unread = _planted(text)
    assert (set(found), unread) == (PLANTED[text], [])


def test_a_code_that_cannot_be_read_is_told() -> None:
    assert _planted("file_problem(f'output-{path}', path, '')")[1] == ["render/planted.py: f'output-{path}'"]


def test_a_code_means_one_thing_or_is_a_rule_and_a_finding() -> None:
    """Codes stay what they are, and two of them were given to a mistake and to a change."""
    of: dict[str, list[str]] = {}
    for each in ENTRIES:
        of.setdefault(each.code, []).append(each.level)
    twice = {code: levels for code, levels in of.items() if len(levels) > 1}
    assert twice == {"decommissioned": ["warning", "finding"], "endpoint-policy": ["error", "finding"]}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda each: f"{each.level}-{each.code}")
def test_each_says_what_holds_and_shows_what_is_wrong_and_what_to_write(entry: Code) -> None:
    assert entry.sentence.endswith(".")
    assert entry.level in ("error", "warning", "error or warning", "finding")
    assert entry.source
    assert entry.wrong
    assert entry.write


def test_examples_are_those_of_the_cases() -> None:
    assert json.loads(TARGET.read_text()) == examples(), "run: make docs"


def test_page_is_current() -> None:
    page = (ROOT / "docs" / "rules.md").read_text()
    assert page == "".join(markdown(ENTRIES)), "run: make docs"


def test_command(natlane: Natlane) -> None:
    text = natlane("rules", "cidr-host-bits", "proof-outbound").stdout
    assert text.split("\n") == [
        "Fields",
        "  cidr-host-bits  error  A CIDR has no host bits set: AWS would silently clear them.",
        "      wrong: nat_cidr: 10.181.0.5/27",
        "      told:  nat_cidr: 10.181.0.5/27 has host bits set; did you mean 10.181.0.0/27?",
        "      write: nat_cidr: 10.181.0.0/27",
        "Proofs",
        "  proof-outbound  error  Every reached VPC reaches every partner CIDR and outbound service, from each table"
        " and zone.",
        "      wrong: the route to 192.168.60.0/24 is missing in the natted table of one zone",
        "      write: natlane generate, or mend the template",
        "",
    ]
    listed = json.loads(natlane("rules", "--format", "json").stdout)["rules"]
    assert [rule["code"] for rule in listed] == [each.code for each in ENTRIES]
    wrong = natlane("rules", "weak-hd")
    assert (wrong.returncode, wrong.stdout, wrong.stderr) == (
        2,
        "",
        "natlane: no rule weak-hd; did you mean weak-dh?\n",
    )


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("nope", "`natlane rules` lists them"),
        ("quota", "with this word: endpoint-quota, quota-near, quota-passed"),
    ],
)
def test_a_word_that_is_no_code(natlane: Natlane, word: str, told: str) -> None:
    found = natlane("rules", word)
    assert (found.returncode, found.stdout, found.stderr) == (2, "", f"natlane: no rule {word}; {told}\n")


@pytest.mark.parametrize(
    "code", ["output-foreign", "template-syntax", "git-failed", "opens", "aws-denied", "prune-live"]
)
def test_a_code_of_each_kind(natlane: Natlane, code: str) -> None:
    found = natlane("rules", code)
    assert found.returncode == 0
    assert KNOWN[code].sentence in found.stdout
