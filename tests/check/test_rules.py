"""The rules of reading: every code that is told there is listed, once, with a sentence."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from natlane.check import RULES
from natlane.check.reading_rules import READING_RULES

from tests.conftest import ROOT

# Where problems of reading are told, and how each call names its code.
TELLERS = ("refuse", "_refused", "RefusedError", "file_problem", "Problem", "Misfit")
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
