"""The examples in docstrings run, and say what they say."""

from __future__ import annotations

import doctest
import importlib

import pytest

from tests.conftest import ROOT

ROOMS = ("natlane.hcl", "natlane.network", "natlane.forwarding")


@pytest.mark.parametrize("room", ROOMS)
def test_the_examples_run(room: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = doctest.testmod(importlib.import_module(room))
    assert (found.failed, found.attempted > 0) == (0, True)
