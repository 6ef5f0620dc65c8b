"""The registry: every code that is told is listed once, with a sentence, and docs/rules.md says the same."""

from __future__ import annotations

import ast
import json
from collections import Counter
from pathlib import Path

from natlane.check import RULES
from natlane.check.parse_rules import READING_RULES
from natlane.commands.rules import markdown

from tests.conftest import ROOT, Natlane

# Where problems of reading are told, and how each call names its code.
TELLERS = ("refuse", "_refused", "RefusedError", "file_problem", "Problem", "Misfit", "_MisfitError")
PLACES = tuple(f"generator/natlane/{place}" for place in ("describe", "workspace/paths.py", "addresses.py"))


def test_codes_are_unique_and_sentences_end() -> None:
    assert [code for code, times in Counter(rule.code for rule in RULES).items() if times > 1] == []
    assert [rule.code for rule in RULES if not (rule.sentence.endswith(".") and rule.source and rule.subject)] == []


def test_every_code_of_reading_is_listed() -> None:
    told = {code for path in PLACES for file in _files(ROOT / path) for code in _codes(file)}
    assert told == {rule.code for rule in READING_RULES}


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.glob("*.py"))


def _codes(file: Path) -> list[str]:
    calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call) and node.args]
    first = [
        call.args[0].value
        for call in calls
        if isinstance(call.args[0], ast.Constant)
        and (call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")) in TELLERS
    ]
    return [code for code in first if isinstance(code, str)]


def test_page_is_current() -> None:
    page = (ROOT / "docs" / "rules.md").read_text()
    assert page == "".join(markdown(RULES)), "run: natlane rules --format markdown > docs/rules.md"


def test_command(natlane: Natlane) -> None:
    text = natlane("rules", "cidr-host-bits", "weak-dh").stdout
    assert text.split("\n") == [
        "Fields",
        "  cidr-host-bits  error    A CIDR has no host bits set: AWS would silently clear them.",
        "Tunnels",
        "  weak-dh         warning  Diffie-Hellman groups 2, 5, 22, 23 and 24 are weak.",
        "",
    ]
    listed = json.loads(natlane("rules", "--format", "json").stdout)["rules"]
    assert [rule["code"] for rule in listed] == [rule.code for rule in RULES]
    wrong = natlane("rules", "weak-hd")
    assert (wrong.returncode, wrong.stdout, wrong.stderr) == (
        2,
        "",
        "natlane: no rule weak-hd; did you mean weak-dh?\n",
    )
