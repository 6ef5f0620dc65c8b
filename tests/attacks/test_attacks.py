"""Every attack meets its refusal, word for word, and runs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.attack import ATTACKS, FOLDER, transcript

AGAIN = "if it is right, run: python -m tests.attacks"


# Their size is the attack, and a smaller one would be let through.
LARGE = {"bounds/deep_expression", "bounds/many_files", "bounds/many_values", "templates/runaway"}


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


CASES = [pytest.param(each, id=_name(each), marks=[pytest.mark.slow] * (_name(each) in LARGE)) for each in ATTACKS]


@pytest.mark.parametrize("attack", CASES)
def test_the_attack_is_refused(attack: Path, tmp_path: Path) -> None:
    said = transcript(attack, tmp_path)
    assert said == attack.with_suffix(".txt").read_text(encoding="utf-8"), AGAIN
    assert "Traceback" not in said


def test_no_refusal_is_left_without_its_attack() -> None:
    assert {path.with_suffix("") for path in FOLDER.glob("*/*.txt")} == {path.with_suffix("") for path in ATTACKS}


def test_no_attack_passes_every_check() -> None:
    """Somewhere in each transcript a command says no."""
    told = {f"{path.parent.name}/{path.stem}": path.with_suffix(".txt").read_text() for path in ATTACKS}
    passed = {name for name, said in told.items() if "exit code 1" not in said and "exit code 2" not in said}
    asked = {f"git/{name}" for name in ("fsmonitor", "filter", "textconv", "hooks", "include", "worktree")}
    assert passed == {
        *asked,  # git is asked as ever, and runs none of them
        "text/words_in_pages",  # such words may be said, and are written so that nothing takes them for more
    }
