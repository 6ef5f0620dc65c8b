"""The commands as a user runs them: what they print where, and how they end."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from natlane.cli import COMMANDS
from natlane.describe.json_schema import schema_text

from tests.conftest import ROOT, Natlane

WRONG_CALLS = [
    [],
    ["frobnicate"],
    ["generate", "--frobnicate"],
    ["show"],
    ["show", "nobody"],
    ["schema", "nothing"],
    ["validate", "--format", "xml"],
    ["--root", "no-such-folder", "validate"],
    ["trace", "globex"],
    ["trace", "nobody", "--from", "a", "--to", "192.168.60.1"],
    ["validate", "nobody"],
    ["generate", "nobody"],
    ["generate", "--check", "nobody"],
    ["verify", "nobody"],
    ["handover", "nobody"],
    ["prune", "nobody"],
    ["rules", "no-such-rule"],
]


@pytest.mark.parametrize("words", WRONG_CALLS, ids=" ".join)
def test_a_wrong_call_ends_with_2_and_says_why_on_stderr(words: list[str], root: Path, natlane: Natlane) -> None:
    done = natlane(*words, cwd=root)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr
    assert "Traceback" not in done.stderr


NEAR = {
    ("validte",): "did you mean validate?",
    ("schema", "partners"): "did you mean partner?",
    ("show", "globx"): "did you mean globex?",
    ("validate", "partners/globx.yaml"): "did you mean globex?",
}


@pytest.mark.parametrize("words", NEAR, ids=" ".join)
def test_the_nearest_word_is_proposed(words: tuple[str, ...], root: Path, natlane: Natlane) -> None:
    done = natlane(*words, cwd=root)
    assert done.returncode == 2
    assert NEAR[words] in done.stderr


COMPLETED = ("globex", "globex.yaml", "partners/globex.yaml", "./partners/globex.yaml", "out/globex", "out/globex/")


@pytest.mark.parametrize("word", COMPLETED)
@pytest.mark.parametrize("command", ["validate", "verify", "show", "generate"])
def test_a_partner_may_be_named_as_a_shell_completes_it(command: str, word: str, root: Path, natlane: Natlane) -> None:
    done = natlane(command, word, cwd=root)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_takes_root(command: str, natlane_process: Natlane) -> None:
    done = natlane_process(command, "--help")
    assert done.returncode == 0
    assert "--root DIR" in done.stdout


def test_root_may_stand_before_or_after_the_command(
    root: Path, natlane: Natlane, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    before = natlane("--root", str(root), "generate", "--check", cwd=elsewhere)
    after = natlane("generate", "--check", "--root", str(root), cwd=elsewhere)
    assert (before.returncode, before.stdout, before.stderr) == (after.returncode, after.stdout, after.stderr)
    assert before.returncode == 0


ALONE = [
    ["init"],
    ["validate"],
    ["generate", "--check"],
    ["verify", "globex"],
    ["trace", "globex", "--from", "10.150.0.5", "--to", "192.168.60.1:443"],
    ["list"],
    ["show", "globex"],
    ["cost"],
    ["report"],
    ["export"],
    ["schema", "partner"],
    ["new", "soylent"],
    ["intake"],
    ["handover", "globex"],
    ["rules"],
]


@pytest.mark.parametrize("words", ALONE, ids=lambda words: words[0])
def test_a_command_imports_what_it_needs(words: list[str], root: Path, natlane_process: Natlane) -> None:
    """In a process in which no other command has imported it."""
    done = natlane_process(*words, cwd=root)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr


def test_generate_then_check_then_a_change(root: Path, natlane: Natlane) -> None:
    assert natlane("generate", "--check", cwd=root).returncode == 0
    globex = root / "partners/globex.yaml"
    globex.write_text(globex.read_text().replace("192.168.60.0/24", "192.168.61.0/24"))
    check = natlane("generate", "--check", cwd=root)
    assert check.returncode == 1
    assert "--- a/out/globex/nat.tf\n+++ b/out/globex/nat.tf\n" in check.stdout
    assert (
        '-  destination_cidr_block = "192.168.60.0/24"\n+  destination_cidr_block = "192.168.61.0/24"\n' in check.stdout
    )
    data = json.loads(natlane("generate", "--check", "--format", "json", cwd=root).stdout)
    assert "out/globex/nat.tf" in [each["path"] for each in data["differences"]]
    assert {each["change"] for each in data["differences"]} == {"would change"}
    assert "::error file=out/globex/nat.tf::" in natlane("generate", "--check", "--format", "github", cwd=root).stdout
    other = natlane("generate", "wonka", cwd=root)
    assert (other.returncode, other.stdout) == (0, "")
    assert natlane("generate", "--check", cwd=root).returncode == 1
    assert natlane("generate", "globex", cwd=root).returncode == 0
    assert natlane("generate", "--check", cwd=root).returncode == 0


def test_a_mistake_anywhere_writes_nothing(root: Path, natlane: Natlane) -> None:
    (root / "partners/wonka.yaml").write_text("partner: wonka\nnat_cidr: 10.187.0.5/28\n")
    before = {path: path.stat().st_mtime_ns for path in (root / "out").rglob("*")}
    done = natlane("generate", "globex", cwd=root)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        "partners/wonka.yaml:2:11: nat_cidr: 10.187.0.5/28 has host bits set; did you mean 10.187.0.0/28?"
        in done.stderr
    )
    assert {path: path.stat().st_mtime_ns for path in (root / "out").rglob("*")} == before


def test_new_writes_a_start_and_never_over_a_file(root: Path, natlane: Natlane) -> None:
    made = natlane("new", "soylent", cwd=root)
    assert (made.returncode, made.stdout) == (0, "partners/soylent.yaml\n")
    text = (root / "partners/soylent.yaml").read_text()
    again = natlane("new", "soylent", cwd=root)
    assert (again.returncode, again.stdout) == (1, "")
    assert (root / "partners/soylent.yaml").read_text() == text
    # It reads, and says what is still to be filled in: the example's blocks are another partner's.
    assert natlane("validate", "soylent", cwd=root).returncode == 1


@pytest.mark.parametrize(
    ("zones", "written"),
    [
        ("[eu-west-1a, eu-west-1b]", "zones: 2"),
        ("[eu-west-1a]", "zones: 1"),
        ("[eu-west-1a, eu-west-1b, eu-west-1c]", "zones: 2"),
        ("", "zones: 2"),
    ],
)
def test_new_writes_what_the_landing_zone_would_else_decide(
    root: Path, natlane: Natlane, zones: str, written: str
) -> None:
    """The /27 that it proposes holds two zones; a landing zone that cannot be read is not asked."""
    ours = root / "landing-zone.yaml"
    found = re.sub(r"(?m)^zones: .*$", f"zones: {zones}", ours.read_text())
    ours.write_text(found)
    natlane("new", "soylent", cwd=root)
    lines = (root / "partners/soylent.yaml").read_text().splitlines()
    assert {written, "natted_cidr: 100.64.0.0/25", "  connected: false"} <= set(lines)


@pytest.mark.parametrize("name", ["../evil", "Acme", "a", "a--b", "a-", "x" * 40, ""])
def test_new_refuses_what_is_no_name(name: str, root: Path, natlane: Natlane) -> None:
    before = sorted(root.rglob("*"))
    assert natlane("new", name, cwd=root).returncode == 1
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize("document", ["partner", "landing-zone"])
def test_schema_prints_the_schema(document: str, natlane: Natlane) -> None:
    assert natlane("schema", document).stdout == schema_text(document)


SHOWN = {
    "acme-clearing": [
        "10.179.0.4   NAT gateway",
        "10.179.0.14  endpoint execute-api",
        "55,000 flows",
        "eu-west-1: about 167.74 USD",
    ],
    "hooli": ["BGP: the virtual private gateway announces 10.184.0.0/27, 100.64.0.0/25"],
    "stark": ["BGP: the transit gateway announces 10.185.0.0/27, and nothing else"],
    "tyrell": ["8 addresses in each of 3 zones, so 440,000 flows"],
    "umbrella": ["443 -> NLB 10.183.0.13, 10.183.0.29 -> orders: 10.150.10.20:8443, 10.150.11.20:8443"],
}


@pytest.mark.parametrize("partner", SHOWN)
def test_show_tells_the_plan(partner: str, natlane: Natlane) -> None:
    done = natlane("show", partner, cwd=ROOT)
    assert done.returncode == 0
    assert [words for words in SHOWN[partner] if words not in done.stdout] == []


@pytest.mark.parametrize("missing", ["landing-zone.yaml", "partners"])
def test_a_root_without_its_files_is_a_problem(missing: str, root: Path, natlane: Natlane) -> None:
    (root / missing).rename(root / "elsewhere")
    for command in (["validate"], ["generate"], ["generate", "--check"]):
        done = natlane(*command, cwd=root)
        assert done.returncode == 1
        assert missing in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
