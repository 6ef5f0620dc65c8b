"""Real Terraform with the real provider against the fake: modules placed in a folder, applied, changed, destroyed.

What makes this fast: everything is settled at once, so the provider's waits end at their first look. What stays are
its fixed delays: 10 seconds each before it looks at a new customer gateway, VPN connection or CIDR block, and at a
VPN connection or gateway that goes (internal/service/ec2/wait.go). They are waits and no work, so lives run beside
each other in threads.
"""

from __future__ import annotations

import copy
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Final

from natlane.impact.versions import open_folder, rendered

from tests.aws.conftest import landing_zone_of
from tests.aws.fake import FakeAws
from tests.aws.landing import extend
from tests.provider.modules import CONSTRAINT, Schema, known_lines
from tests.provider.plugin import Plugin
from tests.terraform.aws_schema import Block
from tests.terraform.life import inputs_of
from tests.terraform.terraform import LOCAL_BACKEND, Run, Terraform

PATIENCE: Final = 600  # seconds; an apply takes a minute or two where eight run on two cores
# The provider tries again for 20 minutes where AWS says that a subnet is in use.
_OPENS: Final = re.compile(r'(resource "aws_subnet" "\w+" \{\n)')
_SOON: Final = r'\1  timeouts {\n    delete = "6s"\n  }\n\n'
# Calls whose refusal is how the provider learns that something is gone, or, as with the rule for IPv6 that a new group
# may have, not there.
_LOOKS: Final = re.compile(r"(Describe|Get|List|Search)\w+|DetachVpnGateway|RevokeSecurityGroupEgress")
# A new attachment's association was planned in place and then had to be replaced: hashicorp/terraform-provider-aws
# issue 43706, mended by pull request 44542 in October 2025, before the version that the modules ask for.
MENDED: Final = (6, 36, 0)
# Older ones take no ARN of the European Sovereign Cloud (pull request 44573, October 2025): theirs name this region.
READ_BY_ALL: Final = "eu-central-1"
_FAULT: Final = re.compile(
    r"inconsistent final plan When expanding the plan for "
    r"aws_ec2_transit_gateway_route_table_(association|propagation)\."
)


@dataclass(frozen=True, slots=True)
class Took:
    """One command of Terraform: what it was, how it ended, its seconds."""

    command: str
    code: int
    seconds: float


@dataclass(slots=True)
class Stage:
    """A folder with a module and its state, and the AWS to which it is applied."""

    aws: FakeAws
    terraform: Terraform
    schema: Schema
    version: tuple[int, ...]  # of the provider
    folder: Path
    took: list[Took] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    faulty: int = 0  # applies that the provider's own fault ended

    def place(self, files: Mapping[str, str]) -> None:
        """Writes a module's files in place of those that are there, so that this version of the provider takes them.

        Its version is free, its state local, its VPN not protected, and what AWS says is in use is told soon.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self.folder.glob("*.tf"):
            path.unlink()
        for name, text in files.items():
            if name.endswith(".tf") and "/" not in name:
                lines, left_out = known_lines(text.splitlines(keepends=True), self.schema)
                self.left_out |= left_out
                own = CONSTRAINT.sub(r'\1">= 5.0, < 7.0"', "".join(lines))
                own = own.replace("prevent_destroy = true", "prevent_destroy = false")
                (self.folder / name).write_text(_OPENS.sub(_SOON, own), encoding="utf-8")
        (self.folder / "backend_override.tf").write_text(LOCAL_BACKEND, encoding="utf-8")

    def run(self, *words: str) -> Run:
        """One command, whatever its end."""
        started = time.monotonic()
        terraform = replace(self.terraform, environment=tuple(self.aws.environment.items()), timeout=PATIENCE)
        ended = terraform.run(self.folder, *words, variables=inputs_of(self.folder))
        self.took.append(Took(words[0], ended.code, time.monotonic() - started))
        return ended

    def init(self) -> None:
        self.run("init", "-reconfigure").ok()

    def apply(self, *options: str, command: str = "apply") -> Run:
        return self.run(command, "-auto-approve", *options)

    def applied(self, *options: str, command: str = "apply", again: int = 0) -> None:
        """Applies with success; up to so often more where that may be needed, or where the provider's known fault ends
        it."""
        ended = self.apply(*options, command=command)
        for _ in range(again):
            ended = self.apply() if ended.code else ended
        if ended.code and self.version < MENDED and _FAULT.search(ended.output):
            self.faulty += 1
            ended = self.apply()
        ended.ok()

    def unchanged(self) -> None:
        """A plan has nothing to do."""
        self.run("plan", "-detailed-exitcode").ok(0)

    def twin(self, folder: Path) -> Stage:
        """The same module, state and AWS once more, on its own; `with` its `aws` before it is used."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Stage(
            FakeAws(copy.deepcopy(self.aws.world), self.aws.account), self.terraform, self.schema, self.version, folder
        )

    def refused(self) -> list[str]:
        """What AWS refused, beside looks at what is gone."""
        return [f"{each.operation}: {each.refused}" for each in self.aws.refusals() if not _look(each.operation)]


def _look(operation: str) -> bool:
    return _LOOKS.fullmatch(operation) is not None


def files_of(root: Path, partner: str) -> dict[str, str]:
    """A partner's module as a root folder gives it."""
    return dict(rendered(open_folder(str(root)), partner).files)


def schema_of(plugin: Plugin) -> Schema:
    """The schema of a running provider, read once for each type."""

    @cache
    def block(kind: str, type_name: str) -> Block | None:
        return plugin.block(type_name) if kind == "resource" else plugin.data_block(type_name)

    return block


Make = Callable[[Path, Path], Stage]


def maker(terraform: Terraform, plugin: Plugin, version: tuple[int, ...]) -> Make:
    """Makes stages: for a folder, with the landing zone of a root."""
    schema = schema_of(plugin)

    def make(folder: Path, root: Path) -> Stage:
        stage = Stage(FakeAws.of(landing_zone_of(root)), terraform, schema, version, folder)
        if version < MENDED and stage.aws.world.region.startswith("eusc-"):
            stage.aws.world.arn_region = READ_BY_ALL
        return stage

    return make


@contextmanager
def moved(stage: Stage, root: Path, partner: str, folder: Path) -> Iterator[Stage]:
    """A twin whose files are those of another root, in an AWS that has what that root's landing zone has."""
    twin = stage.twin(folder)
    extend(twin.aws.world, landing_zone_of(root))
    with twin.aws:
        twin.place(files_of(root, partner))
        yield twin
    assert twin.aws.wrong == []
