"""The fake AWS of this repository's own landing zone."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from natlane.describe.landing_zone import LandingZone
from natlane.fleet import open_fleet
from natlane.workspace.paths import Workspace

from tests.aws.built import Built, build
from tests.aws.fake import FakeAws
from tests.aws.landing import seed
from tests.aws.models import read_once
from tests.aws.world import World
from tests.conftest import ROOT


@cache
def landing_zone_of(root: Path) -> LandingZone:
    """What landing-zone.yaml of a root folder says."""
    found = open_fleet(Workspace(str(root))).landing_zone
    assert found is not None
    return found


@pytest.fixture(scope="session")
def served() -> Iterator[FakeAws]:
    """One endpoint for all tests of a process, because a boto3 client takes longer to make than a test to run."""
    with read_once(), FakeAws.of(landing_zone_of(ROOT)) as fake:
        yield fake


@pytest.fixture(scope="session")
def at_first(served: FakeAws) -> tuple[Built, World]:
    """A VPC N, and the world in which it is."""
    served.start_over(seed(landing_zone_of(ROOT)))
    return build(served), copy.deepcopy(served.world)


@pytest.fixture
def built(at_first: tuple[Built, World], aws: FakeAws) -> Built:
    """A VPC N in the test's own world."""
    aws.world = copy.deepcopy(at_first[1])
    return at_first[0]


@pytest.fixture
def aws(served: FakeAws) -> Iterator[FakeAws]:
    """The landing zone as if nothing had been asked; afterwards, every answer that the fake gave had its shape."""
    served.start_over(seed(landing_zone_of(ROOT)))
    yield served
    assert served.wrong == []
