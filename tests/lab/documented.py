"""Assertion that docs/proof.md gives the count that a test measured."""

from __future__ import annotations

from tests.conftest import ROOT


def documented(words: str) -> None:
    """Fails unless the page has these words, wrapped as it likes."""
    page = " ".join((ROOT / "docs" / "proof.md").read_text().split())
    assert words in page, f"docs/proof.md does not say: {words}"
