"""Modules that were applied, for tests that change them: each is made once for all tests of a run.

`init` is asked once for each versions.tf, in each process, because a provider's place is in the folder that it fills.
A state is shared between processes. Its name is a hash of all that it comes from: the module's files, its inputs and
what AWS accepts by itself.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from tests.terraform.answers import World
from tests.terraform.life import inputs_of
from tests.terraform.terraform import Terraform

STATE = "terraform.tfstate"
FILLED = (".terraform", ".terraform.lock.hcl")


@dataclass(slots=True)
class AppliedBases:
    """States in a folder that all processes share, and what `init` filled in this one."""

    terraform: Terraform
    world: World
    shared: Path
    own: Path
    _filled: dict[str, Path] = field(default_factory=dict)

    def apply(self, module: Path) -> None:
        """The module as if it had been initialised and applied here; nothing where the partner is still to come."""
        if not (module / "versions.tf").exists():
            return
        self.initialise(module)
        inputs = inputs_of(module)
        files = {path.name: path.read_text(encoding="utf-8") for path in sorted(module.glob("*.tf"))}
        depends = json.dumps([files, inputs, sorted(self.world.accepting)])
        state = self.shared / blake2b(depends.encode(), digest_size=16).hexdigest()
        with state.with_suffix(".lock").open("w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if state.exists():
                shutil.copy(state, module / STATE)
                return
            self.terraform.run(module, "apply", "-auto-approve", variables=inputs).ok()
            shutil.copy(module / STATE, state)

    def initialise(self, module: Path) -> None:
        """Fills the module's folder as `init` does, which goes by the providers and the backend in versions.tf."""
        versions = (module / "versions.tf").read_text(encoding="utf-8")
        if versions not in self._filled:
            self.terraform.run(module, "init").ok()
            self._filled[versions] = self.own / str(len(self._filled))
            _copy(module, self._filled[versions])
            return
        _copy(self._filled[versions], module)


def _copy(source: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    shutil.rmtree(target / FILLED[0], ignore_errors=True)
    shutil.copytree(source / FILLED[0], target / FILLED[0], symlinks=True)
    shutil.copy(source / FILLED[1], target)
