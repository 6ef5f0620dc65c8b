"""A fake AWS with this repository's landing zone, and natlane run in this process against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from natlane.cli import main

from tests.aws.conftest import landing_zone_of
from tests.aws.fake import FakeAws
from tests.aws.landing import seed
from tests.aws.models import read_once
from tests.conftest import ROOT


class Ran(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def endpoint() -> Iterator[FakeAws]:
    """One endpoint for all tests of a process, whose clients are made once."""
    with read_once(), FakeAws.of(landing_zone_of(ROOT)) as fake:
        yield fake


@pytest.fixture
def aws(endpoint: FakeAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    """The fake with a world of its own, which boto3 finds by its environment; every answer had its shape."""
    endpoint.start_over(seed(landing_zone_of(ROOT)))
    for name, value in endpoint.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    yield endpoint
    assert endpoint.wrong == []


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """One command on a root folder."""

    def command(root: Path, *words: str) -> Ran:
        code = main(["--root", str(root), *words])
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return command
