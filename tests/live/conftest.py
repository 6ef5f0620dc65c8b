"""A fake AWS with this repository's landing zone, and natlane run in this process against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from natlane.cli import main
from natlane.fleet import open_fleet
from natlane.workspace.paths import Workspace

from tests.aws.fake import FakeAws
from tests.conftest import ROOT


class Ran(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    """The fake, which boto3 finds by its environment; every answer had its shape."""
    landing_zone = open_fleet(Workspace(str(ROOT))).landing_zone
    assert landing_zone is not None
    with FakeAws.of(landing_zone) as fake:
        for name, value in fake.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        yield fake
    assert fake.wrong == []


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """One command on a root folder."""

    def command(root: Path, *words: str) -> Ran:
        code = main(["--root", str(root), *words])
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return command
