"""The pipelines: actions by commit, packages by hash, and no program of a pull request where there are rights."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
REQUIREMENTS = ROOT / ".github/requirements.txt"
workflows = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    """The jobs of a workflow by name."""
    return dict(yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"])


def steps(path: Path) -> list[dict[str, Any]]:
    """All steps of a workflow."""
    return [step for job in jobs(path).values() for step in job["steps"]]


@workflows
def test_actions_are_pinned_by_commit(path: Path) -> None:
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert used
    assert all(re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", each) for each in used), used


@workflows
def test_no_checkout_leaves_a_token_behind(path: Path) -> None:
    found = [step for step in steps(path) if step.get("uses", "").startswith("actions/checkout@")]
    assert all(step["with"]["persist-credentials"] is False for step in found)


@workflows
def test_packages_are_installed_by_hash(path: Path) -> None:
    """What has no hash is natlane itself, which brings nothing along."""
    lines = [line for step in steps(path) for line in step.get("run", "").splitlines() if "pip install" in line]
    assert all("--require-hashes" in line or "--no-deps" in line for line in lines), lines


def test_every_requirement_has_hashes_and_is_a_wheel() -> None:
    text = REQUIREMENTS.read_text(encoding="utf-8")
    assert "--only-binary :all:" in text.splitlines()
    pinned = re.findall(r"^([a-z0-9-]+)==\S+ \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.MULTILINE)
    named = re.findall(r"^([a-z0-9-]+)[=<>~!]", text, re.MULTILINE)
    assert [name for name, _ in pinned] == named
    assert {"jinja2", "pyyaml", "python-hcl2", "lark"} <= set(named)


@workflows
def test_no_text_of_a_pull_request_becomes_a_program(path: Path) -> None:
    """What GitHub puts into a script is code there: it comes by the environment."""
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert "pull_request_target" not in told[True]  # YAML 1.1 reads the key `on` as true


def test_jobs_with_rights_run_nothing_of_the_checkout_in_python() -> None:
    """Only `contents: read` where natlane and its packages run; rights in AWS where Terraform runs alone."""
    for name, job in jobs(ROOT / ".github/workflows/partners.yml").items():
        runs = "\n".join(step.get("run", "") for step in job["steps"])
        if "pip install" in runs or "natlane" in re.sub(r"natlane impact[^\n]*", "", runs):
            assert job["permissions"] == {"contents": "read"}, name
        if "id-token" in job["permissions"]:
            assert "environment" in job, name
            assert "pip" not in runs, name
