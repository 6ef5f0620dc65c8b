"""The examples in docstrings run, and say what they say."""

from __future__ import annotations

import doctest
import importlib

import pytest

from tests.conftest import ROOT

PARTS = ("natlane.hcl", "natlane.network", "natlane.forwarding")


@pytest.mark.parametrize("part", PARTS)
def test_the_examples_run(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = doctest.testmod(importlib.import_module(part))
    assert (found.failed, found.attempted > 0) == (0, True)
