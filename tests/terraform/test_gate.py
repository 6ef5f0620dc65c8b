"""Each module in broken/ is wrong in one way, and is refused for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terraform.terraform import Terraform

pytestmark = pytest.mark.terraform

BROKEN = Path(__file__).with_name("broken")
GROUND = """terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}
"""

COMMANDS = ("validate", "plan", "apply")
# file: (the first command that refuses it, words of its refusal); at apply it is AWS that refuses.
REFUSED = {
    "attribute_for_block": ("validate", 'Did you mean to define a block of type "subnet_mapping"?'),
    "bad_address_in_block": ("apply", "expected ipv4 to be a valid IPv4 address, got 10.179.0.256"),
    "bad_alias": ("validate", "Provider configuration not present"),
    "bad_enumeration": ("validate", "expected tunnel2_phase1_encryption_algorithms to be one of"),
    "bad_region": ("plan", "invalid AWS Region: eu-wset-one"),
    "block_for_attribute": ("validate", 'Did you mean to define argument "tags"?'),
    "cycle": ("validate", "Cycle: aws_security_group"),
    "group_described_with_umlaut": ("apply", "expected description to be like"),
    "host_bits": ("validate", "a valid IPv4 network without host bits, got 10.179.0.4/28"),
    "host_bits_through_variable": ("plan", "a valid IPv4 network without host bits, got 10.179.0.4/27"),
    "load_balancer_name_too_long": ("validate", "expected name to be 0 to 32 characters long"),
    "missing_argument": ("validate", 'The argument "vpc_id" is required'),
    "no_route_target": ("validate", "exactly one of carrier_gateway_id"),
    "out_of_range": ("validate", "expected tunnel1_phase2_lifetime_seconds to be in the range 900 to 3600"),
    "preshared_key_starts_with_0": ("validate", "expected tunnel1_preshared_key to be like"),
    "reserved_inside_cidr": ("validate", "a /30 in 169.254.0.0/16 that AWS does not keep for itself"),
    "sensitive_output": ("plan", "Output refers to sensitive values"),
    "too_small_subnet": ("apply", "expected cidr_block to be a network of /16 to /28"),
    "two_route_targets": ("apply", "exactly one of carrier_gateway_id"),
    "undeclared_reference": ("validate", "Reference to undeclared resource"),
    "unknown_argument": ("validate", 'An argument named "cidr" is not expected here'),
    "unknown_attribute_of_reference": (
        "validate",
        'has no argument, nested block, or exported attribute named "vpc_id"',
    ),
    "unknown_type": ("validate", 'does not support resource type "aws_instance"'),
    "wrong_account": ("plan", "AWS account ID not allowed"),
    "wrong_type": ("validate", "a number is required"),
    "wrong_type_through_variable": ("plan", "a number is required"),
}


@pytest.fixture(scope="module")
def ground(pinned: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A module that is initialised and has nothing in it yet."""
    folder = tmp_path_factory.mktemp("ground")
    (folder / "versions.tf").write_text(GROUND, encoding="utf-8")
    pinned.run(folder, "init").ok()
    return folder


@pytest.fixture
def broken(ground: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """The initialised module with one broken file laid into it."""
    laid = ground / "broken.tf"
    laid.write_text((BROKEN / f"{request.param}.tf").read_text(encoding="utf-8"), encoding="utf-8")
    yield ground
    laid.unlink()


@pytest.mark.parametrize(("broken", "refusal"), REFUSED.items(), ids=REFUSED, indirect=["broken"])
def test_broken_module_is_refused(pinned: Terraform, broken: Path, refusal: tuple[str, str]) -> None:
    command, words = refusal
    for earlier in COMMANDS[: COMMANDS.index(command)]:
        pinned.run(broken, earlier).ok()
    refused = pinned.run(broken, command, *(("-auto-approve",) if command == "apply" else ()))
    (broken / "terraform.tfstate").unlink(missing_ok=True)
    assert (refused.code, words in refused.output) == (1, True), refused.output


def test_every_broken_file_is_in_the_table() -> None:
    assert sorted(path.stem for path in BROKEN.iterdir()) == sorted(REFUSED)


def test_sound_ground_is_let_through(pinned: Terraform, ground: Path) -> None:
    pinned.run(ground, "validate").ok()
    pinned.run(ground, "plan").ok()


@pytest.mark.parametrize("broken", ["unknown_type"], indirect=True)
def test_missing_type_tells_how_to_refresh(pinned: Terraform, broken: Path) -> None:
    with pytest.raises(AssertionError) as refused:
        pinned.run(broken, "validate").ok()
    assert str(refused.value).endswith(
        "aws_instance: not in tests/terraform/schema/aws.json. If the provider has it, name it in "
        "tests/terraform/schema/refresh.py and run: python -m tests.terraform.schema.refresh"
    )
