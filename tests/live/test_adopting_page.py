"""docs/adopting.md: its commands are run, its sample is what is printed, and its table has every code."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.aws.fake import FakeAws
from tests.conftest import ROOT
from tests.live.conftest import Run
from tests.live.handmade import make_by_hand

PAGE = (ROOT / "docs" / "adopting.md").read_text()
BLOCKS = dict(zip(("commands", "sample"), re.findall(r"^```(?:sh|text)\n(.*?)^```$", PAGE, re.M | re.S), strict=False))


def test_the_commands_do_what_the_page_says(aws: FakeAws, run: Run, tmp_path: Path) -> None:
    made = make_by_hand(aws)
    commands = [shlex.split(line, comments=True) for line in BLOCKS["commands"].splitlines()]
    ids = {"VPC_OR_VPN": made.vpc, "NAME": "soylent"}
    done = []
    for program, *words in commands:
        assert program == "natlane"
        ran = run(tmp_path, *(ids.get(word, word) for word in words))
        if words == ["drift", "NAME"]:  # tags, and what was never said of the tunnels, is no packet's way
            assert (ran.code, ran.out) == (0, "soylent: AWS holds what out/ says\n")
        assert ran.code == 0, (words, ran.err)
        done.append(words[0])
        if words == ["init"]:
            shutil.copy(ROOT / "landing-zone.yaml", tmp_path)  # which discover would write; live.md has that
    assert done == ["init", "discover", "adopt", "adopt", "verify", "drift"]


def test_forty_are_read_once(aws: FakeAws, run: Run, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A recording that was made on trial serves for the real thing."""
    made = make_by_hand(aws)
    shutil.copy(ROOT / "landing-zone.yaml", tmp_path)
    record = str(tmp_path_factory.mktemp("aws"))
    assert run(tmp_path, "adopt", made.vpc, "--as", "soylent", "--dry-run", "--record", record).code == 0
    aws.calls.clear()
    assert run(tmp_path, "adopt", made.vpc, "--as", "soylent", "--from", record, "--dry-run").code == 0
    assert run(tmp_path, "adopt", made.vpc, "--as", "soylent", "--from", record).code == 0
    assert aws.calls == []


def test_the_sample_is_what_is_printed(aws: FakeAws, run: Run, tmp_path: Path) -> None:
    """With lines left out, and every part of it there."""
    made = make_by_hand(aws)
    shutil.copy(ROOT / "landing-zone.yaml", tmp_path)
    printed = run(tmp_path, "adopt", made.vpc, "--as", "soylent", "--dry-run").out.splitlines()
    sample = BLOCKS["sample"].splitlines()
    left = iter(printed)
    assert [line for line in sample if line not in left] == []
    parts = [line for line in printed if not line.startswith("    ")]
    assert [line for line in sample if not line.startswith("    ")] == parts


def test_the_table_has_every_code() -> None:
    source = "".join(path.read_text() for path in (ROOT / "generator" / "natlane" / "live").glob("*.py"))
    table = PAGE.partition("| code |")[2].partition("\n\n")[0]
    assert set(re.findall(r"adopt-[a-z-]+", table)) == set(re.findall(r'"(adopt-[a-z-]+)"', source))
