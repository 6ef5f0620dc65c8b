"""What the tests of this folder know of the provider."""

from __future__ import annotations

import pytest

from tests.provider.mirror import RealProvider


@pytest.fixture(scope="session")
def version(real_provider: RealProvider) -> tuple[int, ...]:
    """The provider's version, such as (5, 100, 0)."""
    return real_provider.version
