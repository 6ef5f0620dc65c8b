"""`natlane init`: what it writes, what it leaves, and that all of it fits together."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml
from natlane.starter.repository import start, starter_files

from tests.conftest import ROOT, Natlane

FILES = [
    ".github/requirements.txt",
    ".github/workflows/partners.yml",
    ".gitignore",
    ".pre-commit-config.yaml",
    "README.md",
    "landing-zone.yaml",
    "partners/.gitkeep",
    "schemas/landing-zone.json",
    "schemas/partner.json",
]


def _files(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_an_empty_folder_gets_every_file(natlane: Natlane, tmp_path: Path) -> None:
    ran = natlane("init")
    assert (ran.returncode, ran.stdout.splitlines()) == (0, FILES)
    assert sorted(_files(tmp_path)) == FILES


def test_validate_names_each_line_to_fill_in(natlane: Natlane, tmp_path: Path) -> None:
    natlane("init")
    to_fill = [
        number
        for number, line in enumerate((tmp_path / "landing-zone.yaml").read_text().splitlines(), 1)
        if "FILL-IN" in line
    ]
    ran = natlane("validate")
    assert ran.returncode == 1
    assert [int(line) for line in re.findall(r"^landing-zone\.yaml:(\d+):", ran.stdout, re.MULTILINE)] == to_fill
    text = (tmp_path / "landing-zone.yaml").read_text()
    for placeholder, value in (
        ('"FILL-IN"', '"111111111111"'),
        ("tgw-attach-FILL-IN", "tgw-attach-0aaaaaaaaaaaaaaaa"),
        ("tgw-rtb-FILL-IN", "tgw-rtb-0aaaaaaaaaaaaaaaa"),
        ("tgw-FILL-IN", "tgw-0a1b2c3d4e5f60718"),
        ("rtb-FILL-IN", "rtb-0aaaaaaaaaaaaaaaa"),
    ):
        text = text.replace(placeholder, value)
    (tmp_path / "landing-zone.yaml").write_text(text)
    ran = natlane("validate")
    assert (ran.returncode, ran.stdout) == (0, "")


def test_nothing_that_is_there_is_touched(natlane: Natlane, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("ours\n")
    (tmp_path / "landing-zone.yaml").symlink_to("elsewhere.yaml")
    ran = natlane("init")
    assert ran.returncode == 0
    assert ran.stdout.splitlines() == [path for path in FILES if path not in ("README.md", "landing-zone.yaml")]
    assert (tmp_path / "README.md").read_text() == "ours\n"
    assert not (tmp_path / "elsewhere.yaml").exists()
    before = _files(tmp_path)
    assert natlane("init").stdout == ""
    assert _files(tmp_path) == before


def test_below_a_repository_the_files_of_its_top_are_left_out(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    root = tmp_path / "infra"
    root.mkdir()
    assert start(str(root), "1.0").left_out == (
        ".github/requirements.txt",
        ".github/workflows/partners.yml",
        ".pre-commit-config.yaml",
    )
    assert start(str(tmp_path), "1.0").left_out == ()


def test_a_folder_that_may_not_be_written_is_told(natlane: Natlane, tmp_path: Path) -> None:
    (tmp_path / "partners").write_text("")
    ran = natlane("init")
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert "partners" in ran.stderr


@pytest.mark.parametrize("path", ["schemas/landing-zone.json", "schemas/partner.json"])
def test_schemas_lie_where_editors_are_told(path: str) -> None:
    files = starter_files("1.0")
    jsonschema.Draft202012Validator.check_schema(yaml.safe_load(files[path]))
    assert files[path] == (ROOT / path).read_text()
    assert "$schema=schemas/landing-zone.json" in files["landing-zone.yaml"]


def test_the_pipeline_installs_this_version() -> None:
    workflow = starter_files("1.2.3")[".github/workflows/partners.yml"]
    assert yaml.safe_load(workflow)["env"]["NATLANE"] == "natlane==1.2.3"


def test_every_plan_that_a_page_names_is_ignored_by_git(tmp_path: Path) -> None:
    """A saved plan holds pre-shared keys."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    start(str(tmp_path), "1.0")
    pages = [*ROOT.glob("docs/*.md"), *ROOT.glob("templates/*.j2"), ROOT / ".github" / "workflows" / "partners.yml"]
    names = {name for page in pages for name in re.findall(r"-out=([\w./-]+)", page.read_text())}
    assert names
    for name in names | {"x.tfplan", "terraform.tfstate", "terraform.tfstate.backup", "keys.auto.tfvars"}:
        ignored = subprocess.run(["git", "check-ignore", "--quiet", f"out/acme/{name}"], cwd=tmp_path, check=False)
        assert ignored.returncode == 0, name
