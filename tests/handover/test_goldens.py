"""The golden hand-overs are what natlane writes, no file more and none less."""

from __future__ import annotations

import difflib

import pytest

from tests.handover.goldens import COMMAND, FOLDER, goldens


def test_goldens_are_current() -> None:
    wanted = goldens()
    held = {str(path.relative_to(FOLDER)): path.read_text() for path in FOLDER.rglob("*") if path.is_file()}
    for name in sorted({*wanted, *held}):
        old, new = (each.get(name, "").splitlines(keepends=True) for each in (held, wanted))
        diff = "".join(difflib.unified_diff(old, new, f"goldens/{name}", f"written/{name}"))
        if diff:
            pytest.fail(f"{diff}\nrun: {COMMAND}")
    assert sorted(held) == sorted(wanted)
