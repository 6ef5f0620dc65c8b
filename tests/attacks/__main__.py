"""`python -m tests.attacks` writes every refusal anew: read the diff."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.attacks.attack import ATTACKS, transcript


def _write() -> None:
    os.environ["NATLANE_CACHE_DIR"] = tempfile.mkdtemp()
    for attack in ATTACKS:
        with tempfile.TemporaryDirectory() as folder:
            try:
                said = transcript(attack, Path(folder))
            except Exception:
                print(attack)
                raise
            attack.with_suffix(".txt").write_text(said, encoding="utf-8")


if __name__ == "__main__":
    _write()
