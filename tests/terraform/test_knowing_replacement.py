"""docs/operations.md lifts the protection of a connection by an override file; Terraform must take it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.terraform.life import inputs_of
from tests.terraform.terraform import Terraform, copy_module

pytestmark = pytest.mark.terraform

REPOSITORY = Path(__file__).parents[2]
TYPE = '  type                = "ipsec.1"'  # of the connection; another one makes a new connection
OPERATIONS = REPOSITORY / "docs" / "operations.md"


@pytest.mark.parametrize("partner", ["globex", "stark"])  # stark's connection has a precondition too
def test_the_override_of_the_documentation_lifts_the_protection(
    pinned: Terraform, partner: str, tmp_path: Path
) -> None:
    name, text = _override()
    module = copy_module(REPOSITORY / "out" / partner, tmp_path / partner)
    inputs = inputs_of(module)
    pinned.run(module, "init").ok()
    pinned.run(module, "apply", "-auto-approve", variables=inputs).ok()
    vpn = module / "vpn.tf"
    written = vpn.read_text()
    assert TYPE in written
    vpn.write_text(written.replace(TYPE, TYPE.replace("ipsec.1", "ipsec.1-aes256")))
    refused = pinned.run(module, "plan", "-detailed-exitcode", variables=inputs)
    assert (refused.code, "Instance cannot be destroyed" in refused.output) == (1, True)
    (module / name).write_text(text)
    pinned.run(module, "plan", "-detailed-exitcode", variables=inputs).ok(2)


def _override() -> tuple[str, str]:
    """The file that the documentation shows: its name is in the line before it."""
    found = re.search(r"`out/PARTNER/(\w+\.tf)`[^`]*```hcl\n(.*?)```", OPERATIONS.read_text(encoding="utf-8"), re.S)
    assert found
    return found[1], found[2]
