"""Writing under attack: kills, runs at once, edits while it runs, forged journals, damaged caches, hostile names."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from natlane.cli import main
from natlane.render import generate as generating
from natlane.render.compare import Comparison, compare
from natlane.render.generate import check, generate
from natlane.render.template_parser import TemplateError, parse_template
from natlane.render.unchanged import remembered, sign
from natlane.workspace.paths import JOURNAL, STAGING, Workspace

from tests.attacks.attack import victim
from tests.conftest import ROOT

Count = Callable[[str, object], None]
KILLS = int(os.environ.get("NATLANE_KILLS", "25"))  # docs/security.md says how to try more
FLEET = 40


def content(folder: Path) -> dict[str, bytes]:
    """Every file by its path."""
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def fleet(root: Path) -> None:
    """Forty partners, of which none was generated."""
    victim(root)
    shutil.rmtree(root / "out")
    (root / "partners/acme-clearing.yaml").unlink()
    text = (root / "partners/globex.yaml").read_text()
    for number in range(FLEET):
        own = text.replace("partner: globex", f"partner: p{number}").replace("10.181.0.0/27", f"10.181.{number}.0/27")
        own = own.replace("203.0.113.20", f"203.0.113.{number + 50}")
        (root / f"partners/p{number}.yaml").write_text(own.replace("192.168.60.0/24", f"192.168.{number + 61}.0/24"))
    (root / "partners/globex.yaml").unlink()


def run(root: Path) -> subprocess.Popen[bytes]:
    """`natlane generate` in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    words = (sys.executable, "-m", "natlane", "--root", str(root), "generate")
    return subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.slow
def test_real_kills_lose_nothing(tmp_path: Path, record_property: Count) -> None:
    root = tmp_path / "root"
    root.mkdir()
    fleet(root)
    assert not generate(Workspace(str(root)), []).failed
    old = content(root / "out")
    for each in (root / "partners").glob("*.yaml"):
        each.write_text(each.read_text().replace("reach: [a]", "reach: [m]"))
    shutil.copytree(root, tmp_path / "new")
    started = time.monotonic()
    assert run(tmp_path / "new").wait() == 0
    longest = time.monotonic() - started
    new = content(tmp_path / "new/out")
    assert new != old
    drawn, killed, halves = random.Random(1), 0, 0
    for number in range(KILLS):
        copy = tmp_path / "copy"
        shutil.copytree(root, copy)
        process = run(copy)
        if number % 2:  # while it renames, which a moment drawn from the whole run seldom hits
            while process.poll() is None and not (copy / STAGING / JOURNAL).exists():
                pass
            time.sleep(drawn.uniform(0, 0.02))
        else:
            time.sleep(drawn.uniform(0.2, 1) * longest)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        half = (copy / STAGING / JOURNAL).exists()
        halves += half
        assert half or content(copy / "out") in (old, new)
        assert not generate(Workspace(str(copy)), []).failed
        assert content(copy / "out") == new
        assert sorted(os.listdir(copy)) == ["landing-zone.yaml", "out", "partners"]
        shutil.rmtree(copy)
    assert halves
    record_property("counted", f"{killed} real kills of generate ({halves} while it renamed): nothing lost")


@pytest.mark.slow
def test_runs_at_once_on_a_root_without_out(tmp_path: Path, record_property: Count) -> None:
    rounds = 8
    for number in range(rounds):
        root = tmp_path / str(number)
        root.mkdir()
        victim(root)
        shutil.rmtree(root / "out")
        runs = [run(root) for _ in range(6)]
        assert [each.wait() for each in runs] == [0] * 6
        assert check(Workspace(str(root)), []).differences == []
    record_property("counted", f"{rounds} rounds of 6 runs at once on a root without out/: no file lost")


def test_a_run_that_fails_removes_no_lock(tmp_path: Path) -> None:
    """It was out/ itself, which a run that failed took away while others waited for it."""
    victim(tmp_path)
    shutil.rmtree(tmp_path / "out")
    (tmp_path / "partners/globex.yaml").write_text("partner: 7\n")
    assert generate(Workspace(str(tmp_path)), []).failed
    assert sorted(os.listdir(tmp_path)) == ["landing-zone.yaml", "partners"]


EDITS = ["out/globex/vpc.tf", "partners/globex.yaml", "landing-zone.yaml", "out/globex/own.tf", "out/globex/nat.tf"]


@pytest.mark.parametrize("path", EDITS)
@pytest.mark.parametrize("same_size", [True, False])
def test_what_is_edited_while_it_runs_is_not_believed(
    path: str, same_size: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    victim(tmp_path)
    time.sleep(0.2)  # younger files are never believed, and nothing would be shown
    words = ["--root", str(tmp_path), "generate"]
    edited = tmp_path / path

    def compare_then_edit(workspace: Workspace, partner: str, files: dict[str, str]) -> Comparison:
        found = compare(workspace, partner, files)
        if partner == "globex":
            text = edited.read_text() if edited.exists() else "locals {}\n"
            edited.write_text(text.replace("10.", "11.") if same_size else text.replace("10.", "10.1") + "x = 1\n")
        return found

    with monkeypatch.context() as patched:
        patched.setattr(generating, "compare", compare_then_edit)
        main(words)
    capsys.readouterr()
    assert main([*words, "--check"]) == 1


def test_what_was_compared_is_believed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    victim(tmp_path)
    time.sleep(0.2)
    workspace = Workspace(str(tmp_path))
    assert main(["--root", str(tmp_path), "generate"]) == 0
    assert remembered(workspace, sign(workspace)) is not None
    (tmp_path / "out/globex/vpc.tf").touch()
    assert remembered(workspace, sign(workspace)) is None
    capsys.readouterr()


def _mutated(drawn: random.Random, data: bytes) -> bytes:
    """Bytes with a few of them changed, cut, doubled or put in."""
    new = bytearray(data)
    for _ in range(drawn.randint(1, 4)):
        at = drawn.randint(0, len(new))
        match drawn.randint(0, 3):
            case 0:
                new[at : at + 1] = bytes([drawn.randint(0, 255)])
            case 1:
                del new[at : at + drawn.randint(1, 20)]
            case 2:
                new[at:at] = new[at : at + drawn.randint(1, 20)]
            case _:
                new[at:at] = drawn.choice([b"\n", b'"', b"..", b"/", b"\0", b"\xff", b"[", b'["", "out/globex/x"]\n'])
    return bytes(new)


@pytest.mark.slow
def test_journals_at_random(tmp_path: Path, record_property: Count) -> None:
    """Whatever a journal says, what is not natlane's stays, and nothing outside of out/ is made."""
    count, drawn = 400, random.Random(2)
    victim(tmp_path)
    own = {
        "out/globex/terraform.tfstate": b"{}",
        "out/globex/notes.txt": b"mine\n",
        "out/globex/.terraform/x": b"x",
        "landing-zone.yaml": (tmp_path / "landing-zone.yaml").read_bytes(),
    }
    good = b'["0", "out/globex/vpc.tf"]\n["", "out/globex/nat.tf"]\n["", "out/globex/notes.txt"]\n["1", "out/new"]\n'
    for _ in range(count):
        for path, data in own.items():
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_bytes(data)
        staging = tmp_path / STAGING
        (staging / "1").mkdir(parents=True)
        (staging / "0").write_text("# Generated by natlane\n")
        (staging / JOURNAL).write_bytes(_mutated(drawn, good))
        generate(Workspace(str(tmp_path)), [])
        assert {path: (tmp_path / path).read_bytes() for path in own} == own
        assert set(os.listdir(tmp_path)) <= {"landing-zone.yaml", "out", "partners", STAGING}
        shutil.rmtree(staging, ignore_errors=True)
        for odd in (tmp_path / "out").iterdir():
            if odd.name not in ("globex", "acme-clearing"):
                shutil.rmtree(odd) if odd.is_dir() else odd.unlink()
    record_property("counted", f"{count} mutated journals: nothing of the user's touched")


@pytest.mark.slow
def test_caches_at_random(tmp_path: Path, record_property: Count, capsys: pytest.CaptureFixture[str]) -> None:
    """A damaged entry is a miss: every command says what it said."""
    count, drawn = 60, random.Random(3)
    victim(tmp_path)
    place = Path(os.environ["NATLANE_CACHE_DIR"])

    def said() -> tuple[object, ...]:
        codes = [
            main(["--root", str(tmp_path), *words]) for words in (["verify"], ["generate"], ["generate", "--check"])
        ]
        return (*codes, capsys.readouterr())

    right = said()
    for _ in range(count):
        for entry in place.iterdir():
            entry.write_bytes(_mutated(drawn, entry.read_bytes()) if drawn.random() < 0.7 else b"")
        assert said() == right
    record_property("counted", f"{count} rounds with every cache entry damaged: every answer the same")


NAMES = "aZ09.-_ \n\r\t\x1b\x07\\/'\"`$(){}[]<>|&;*?~#@!:%,=+\u202e\u2028é\U0001f600\udcff\udc80"


def _names(drawn: random.Random) -> Iterator[str]:
    while True:
        name = "".join(drawn.choices(NAMES, k=drawn.randint(1, 12))).replace("/", "")
        if name not in ("", ".", ".."):
            yield name


@pytest.mark.slow
def test_names_at_random(tmp_path: Path, record_property: Count, capsys: pytest.CaptureFixture[str]) -> None:
    """No file's name makes a traceback, starts a workflow command, or reaches a terminal as more than text."""
    count, drawn = 150, random.Random(4)
    names = _names(drawn)
    for number in range(count):
        root = tmp_path / str(number)
        root.mkdir()
        victim(root)
        for folder, ending in (("partners", ".yaml"), ("out", ""), ("out/globex", ".tf"), ("templates", ".j2")):
            (root / folder).mkdir(exist_ok=True)
            path = os.path.join(root, folder, next(names) + ending)
            if drawn.random() < 0.5 and ending != ".yaml":
                os.makedirs(path, exist_ok=True)
                path = os.path.join(path, next(names))
            if not os.path.lexists(path):
                Path(path).write_text("# Generated by natlane\n")
        for words in (["validate"], ["generate", "--check"], ["verify", "--format", "github"], ["list"]):
            main(["--root", str(root), *words])
        heard = "".join(capsys.readouterr())
        assert all(char.isprintable() or char in "\n\t" for char in heard.replace("\ufffd", "")), ascii(heard)
        commands = [line for line in heard.splitlines() if line.lstrip().startswith("::")]
        assert all(line.startswith(("::error file=", "::warning file=")) for line in commands)
        shutil.rmtree(root)
    record_property("counted", f"{count} roots with hostile names: no traceback, nothing obeyed")


PIECES = (
    *("{{ ", " }}", "{% ", " %}", "{# ", " #}", "plan", ".", "partner", "|", "hcl", "(4)", "for ", "in ", "if "),
    *("endif", "endfor", "include ", '"_header.j2"', "__class__", "()", "[0]", "'x'", "~", "+", "not ", "else"),
    *("elif ", "set ", "macro m()", "range(9)", "\n", " ", "subnets", "x", "-%}", "{%-", "raw", "endraw", "true"),
    *("None", "%", "\\ud800"),
)


@pytest.mark.slow
def test_templates_at_random(record_property: Count) -> None:
    """A text is a template of listed constructs, or refused at a line."""
    count, drawn, lines = 20_000, random.Random(5), []
    for _ in range(count):
        text = "".join(drawn.choices(PIECES, k=drawn.randint(1, 14)))
        try:
            parse_template(text, ("hcl",))
        except TemplateError as error:
            lines.append((error.line, text))
    taken = count - len(lines)
    assert [each for line, each in lines if not 1 <= line <= each.count("\n") + 1] == []
    record_property("counted", f"{count:,} drawn templates: {taken:,} of listed constructs, the others refused")
