"""Each module of tests/terraform/broken gets from the real provider the verdict that the gate gives it.

Most are called by one module, so that one command judges them all: what Terraform says of each names its file. ALONE
are those for whose sake it reads no further.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.terraform.terraform import Run, Terraform
from tests.terraform.test_gate import BROKEN, GROUND, REFUSED

pytestmark = pytest.mark.provider

# What the stand-in says otherwise than a real provider, with the reason.
OTHERWISE = {"unknown_type": "the stand-in serves the types that a module may have, the real provider has all of them"}
VERDICTS = {name: command for name, (command, _words) in REFUSED.items() if name not in OTHERWISE}
ALONE = {"bad_alias", "cycle"}
OF_A_ROOT = {"sensitive_output"}  # a module that is called may have such an output
TOGETHER = sorted(VERDICTS.keys() - ALONE)
OPENED = GROUND.replace('"~> 6.0"', '">= 5.0, < 7.0"')


def laid(folder: Path, names: Iterable[str]) -> Path:
    """A module that calls each of these."""
    calls = []
    for name in names:
        text = (BROKEN / f"{name}.tf").read_text(encoding="utf-8")
        if name in OF_A_ROOT:
            (folder / f"{name}.tf").write_text(text, encoding="utf-8")
            continue
        (folder / name).mkdir(exist_ok=True)
        (folder / name / f"{name}.tf").write_text(text, encoding="utf-8")
        calls.append(f'module "{name}" {{\n  source = "./{name}"\n}}\n')
    (folder / "calls.tf").write_text("\n".join(calls), encoding="utf-8")
    return folder


def refused(run: Run) -> set[str]:
    """The modules of which a command in JSON says an error."""
    lines = [json.loads(line) for line in run.stdout.splitlines()] if run.arguments[0] == "plan" else [run.json()]
    told = [each["diagnostic"] for each in lines if "diagnostic" in each]
    told += [each for line in lines for each in line.get("diagnostics", ())]
    errors = [each for each in told if each["severity"] == "error"]
    assert all("range" in each for each in errors), errors
    return {Path(each["range"]["filename"]).stem for each in errors}


@pytest.fixture(scope="module")
def ground(offline: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ground")
    (folder / "versions.tf").write_text(OPENED, encoding="utf-8")
    laid(folder, TOGETHER)
    offline.run(folder, "init").ok()
    return folder


def test_the_real_provider_says_what_is_valid(offline: Terraform, ground: Path) -> None:
    assert refused(offline.run(ground, "validate", "-json")) == {
        name for name in TOGETHER if VERDICTS[name] == "validate"
    }


def test_the_real_provider_refuses_the_others_when_it_plans(offline: Terraform, ground: Path) -> None:
    wanted = {name for name in TOGETHER if VERDICTS[name] == "plan"}
    laid(ground, wanted)
    assert refused(offline.run(ground, "plan", "-json")) == wanted


@pytest.mark.parametrize("name", sorted(ALONE))
def test_the_real_provider_refuses_it_alone(offline: Terraform, ground: Path, name: str) -> None:
    """Laid over the others, of which nothing is said any more."""
    path = ground / f"{name}.tf"
    path.write_text((BROKEN / f"{name}.tf").read_text(encoding="utf-8"), encoding="utf-8")
    said = offline.run(ground, "validate")
    path.unlink()
    assert VERDICTS[name] == "validate"
    assert said.code == 1, said.output
    assert REFUSED[name][1] in said.output
