"""Each rule has a file that breaks it, with the problem's place, and a second one that differs only in the fix."""

from __future__ import annotations

import difflib
import os
import stat
from pathlib import Path

import pytest
from natlane.check import RULES
from natlane.workspace.paths import JOURNAL, Workspace

from tests.check.corpus import ACME, BAD, LANDING_ZONE, check_root, directives, problems_of_case

CODES = {rule.code for rule in RULES}
CASES = sorted(BAD.glob("*.yaml"))
BREAKING = [path for path in CASES if not path.name.endswith(".good.yaml")]
GOOD_FILES = {LANDING_ZONE: (BAD / "with" / LANDING_ZONE).read_bytes(), ACME: (BAD / "with" / "acme.yaml").read_bytes()}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    assert problems_of_case(path) == directives(path, "expect")


@pytest.mark.parametrize("path", BREAKING, ids=lambda path: path.stem)
def test_bad_file_shows_its_rule_and_good_file_differs_in_the_fix_only(path: Path) -> None:
    told = [line.split()[-1] for line in directives(path, "expect")]
    assert path.stem in told
    good = path.with_suffix(".good.yaml")
    assert path.stem not in [line.split()[-1] for line in directives(good, "expect")]
    one, two = _content(path), _content(good)
    changed = [line for line in difflib.ndiff(one, two) if line[0] in "+-"]
    assert changed
    assert path.stem == "yaml-empty" or len(changed) <= 7


def _content(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]


# What no YAML file can show: mistakes in files and folders themselves.
UNREADABLE: dict[str, tuple[dict[str, bytes], str]] = {
    "file-missing": (
        {ACME: GOOD_FILES[ACME]},
        f"{LANDING_ZONE}: no such file; write it, or name the right --root [error: file-missing]",
    ),
    "partners-missing": (
        {LANDING_ZONE: GOOD_FILES[LANDING_ZONE]},
        "partners: no such folder; make it, or name the right --root [error: partners-missing]",
    ),
    "file-not-file": (
        {**GOOD_FILES, "partners/x.yaml/y": b""},
        "partners/x.yaml: is a folder, not a YAML file; move it away [error: file-not-file]",
    ),
    "file-suffix": (
        {**GOOD_FILES, "partners/globex.yml": b""},
        "partners/globex.yml: ends in .yml and would be overlooked; name it globex.yaml [error: file-suffix]",
    ),
    "file-nested": (
        {**GOOD_FILES, "partners/europe/globex.yaml": b""},
        "partners/europe/globex.yaml: lies too deep and would be overlooked; move it to partners/globex.yaml "
        "[error: file-nested]",
    ),
    "file-too-large": (
        {**GOOD_FILES, "partners/x.yaml": b"#" * 1_048_577},
        "partners/x.yaml: is larger than 1,048,576 bytes [error: file-too-large]",
    ),
    "yaml-too-many": (
        {**GOOD_FILES, "partners/x.yaml": b"reach:\n" + b"- a\n" * 5_001},
        "partners/x.yaml:5002:3: is more than a document may hold (5,000 entries of a kind) [error: yaml-too-many]",
    ),
    "file-not-utf8": (
        {**GOOD_FILES, "partners/x.yaml": b"partner: x\ndescription: caf\xe9\n"},
        "partners/x.yaml:2:17: byte 0xe9 is not UTF-8; save the file as UTF-8 [error: file-not-utf8]",
    ),
}


@pytest.mark.parametrize("code", UNREADABLE)
def test_mistakes_in_files(code: str) -> None:
    files, told = UNREADABLE[code]
    assert [str(problem) for problem in check_root(files)] == [told]


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    from natlane.describe.document import read

    if os.geteuid() == 0:  # root may read everything: a loop of links is refused to all
        (tmp_path / "x.yaml").symlink_to("x.yaml")
    else:
        (tmp_path / "x.yaml").touch(mode=stat.S_IWUSR)
    document, problems = read(str(tmp_path), "x.yaml")
    assert document is None
    assert [problem.code for problem in problems] == ["file-unreadable"]


def test_a_run_that_was_interrupted(tmp_path: Path) -> None:
    staging = Path(Workspace(str(tmp_path)).staging)
    staging.mkdir()
    (staging / JOURNAL).touch()
    assert [problem.code for problem in Workspace(str(tmp_path)).interrupted()] == ["output-interrupted"]


def test_every_rule_is_broken_somewhere() -> None:
    shown = {path.stem for path in BREAKING} | set(UNREADABLE) | {"file-unreadable", "output-interrupted"}
    assert shown == CODES


def test_every_reason_why_addresses_do_not_fit_is_reported_at_once() -> None:
    descriptor = b"""partner: acme
nat_cidr: 10.181.0.0/27
natted_cidr: 100.64.0.0/28
partner_cidrs: [192.168.50.0/24]
reach: [a]
vpn: {customer_gateway: {ip: 203.0.113.10, asn: 65010}}
zones: [eu-west-1z, eu-west-1y]
inbound:
  endpoints:
    - {service: execute-api, offset: 4}
    - {service: sqs, offset: 15}
    - {service: sns, offset: 9}
    - {service: kms, offset: 9}
"""
    problems = check_root({**GOOD_FILES, ACME: descriptor})
    assert [(each.field, each.code) for each in problems if each.severity == "error"] == [
        ("natted_cidr", "block-too-small"),
        ("zones[0]", "zone-unknown"),
        ("zones[1]", "zone-unknown"),
        ("inbound.endpoints[0].offset", "offset-taken"),
        ("inbound.endpoints[1].offset", "offset-outside"),
        ("inbound.endpoints[3].offset", "offset-taken"),
    ]
