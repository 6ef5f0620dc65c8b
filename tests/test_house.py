"""The structure of the code: imports run one way, and templates only place values."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from natlane.handover.templates import HandOverTemplates
from natlane.render.template_folders import OTHERS, shipped_folder
from natlane.render.templates import Templates
from natlane.workspace.paths import Workspace

from tests.conftest import ROOT

# Each part may import itself and the parts after it.
ORDER = (
    "__main__",
    "cli",
    "commands",
    "catalogue",
    "output",
    "starter",
    "live",
    "prune",
    "report",
    "export",
    "handover",
    "impact",
    "assumptions",
    "verify",
    "forwarding",
    "network",
    "hcl",
    "render",
    "cost",
    "fleet",
    "picture",
    "plan",
    "check",
    "addresses",
    "describe",
    "secrets",
    "workspace",
    "facts",
    "impact_levels",
    "prefixes",
    "problems",
    "english",
    "cache",
)
FLOOR = {part: height for height, part in enumerate(ORDER)}
MODULES = sorted((ROOT / "generator" / "natlane").rglob("*.py"))
# What reads out/ back must not believe what wrote it, nor know what was asked for. Of a root folder it knows out/ only.
READ_BACK = {"hcl", "network", "forwarding", "verify"}
GENERATOR = {"plan", "fleet", "check", "addresses", "render", "describe", "secrets", "assumptions", "cost", "picture"}
OUT_ONLY = {"natlane.workspace.paths.OUT", "natlane.workspace.paths.read_bytes"}


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{each.name}" for each in node.names] if node.module == "natlane" else [node.module]
        elif isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("natlane.")}
    return found


def _map(heading: str) -> list[str]:
    """The folders and files that the first column of a table of CONTRIBUTING.md names, in its order."""
    page = (ROOT / "CONTRIBUTING.md").read_text()
    rows = page.partition(f"| {heading} | holds |\n|---|---|\n")[2].partition("\n\n")[0].splitlines()
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])]


def _folders(top: Path) -> set[str]:
    """The folders in one that hold committed files."""
    return {path.name for path in top.iterdir() if path.is_dir() and path.name[0] not in "._" and any(path.iterdir())}


def test_the_map_of_contributing_names_every_part_in_the_order_of_imports() -> None:
    parts = [name for name in _map("part") if name.count("/") <= 1]
    assert [name.removesuffix("/").removesuffix(".py") for name in parts] == list(ORDER[1:])
    package = ROOT / "generator" / "natlane"
    assert {name for name in parts if name.endswith("/")} == {f"{name}/" for name in _folders(package)}
    assert {name for name in parts if name.endswith(".py")} == {
        path.name for path in package.glob("*.py") if path.name[0] != "_"
    }
    assert all((package / name).exists() for name in _map("part"))


def test_the_map_of_contributing_names_every_other_folder() -> None:
    named = set(_map("folder"))
    assert [name for name in named if not (ROOT / name).is_dir()] == []
    tests = {f"tests/{name}/" for name in _folders(ROOT / "tests")}
    of_parts = {f"tests/{name}/" for name in ORDER}
    assert {name for name in named if name.startswith("tests/")} == (tests - of_parts) | {"tests/check/"}
    tops = {f"{name}/" for name in _folders(ROOT)}
    assert tops - named == {"generator/", "tests/"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path: Path) -> None:
    part = path.relative_to(ROOT / "generator" / "natlane").parts[0].removesuffix(".py")
    if part == "__init__":
        assert _imports(path) == set()
        return
    above = {each for each in _imports(path) if each != "__version__" and FLOOR[each] < FLOOR[part]}
    assert not above, f"{part} imports {above} from above"
    if part in READ_BACK:
        assert not _imports(path) & GENERATOR
        assert {name for name in _names(path) if name.startswith("natlane.workspace.")} <= OUT_ONLY


def _names(path: Path) -> set[str]:
    """Everything that is imported from a module, by its full name."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    return {f"{node.module}.{each.name}" for node in nodes for each in node.names}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_first_line_says_what_a_module_holds_or_does(path: Path) -> None:
    first = path.read_text().partition("\n")[0]
    assert first.startswith('"""')
    assert first.endswith((".", '."""')), "a whole sentence, on one line"
    assert not re.search(r" becomes? | -> | turns? into ", first), "what it holds or does, not what becomes what"


TEMPLATES = sorted(shipped_folder().rglob("*.j2"))


def test_templates_hold_nothing_but_the_listed_constructs() -> None:
    assert Templates(Workspace(str(ROOT))).problems == []
    assert HandOverTemplates(str(ROOT)).loaded.problems == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_control_tags_stand_alone_in_the_first_column(path: Path) -> None:
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if "{%" in line:
            assert line.startswith("{% "), f"{path.name}:{number}"
            assert line.endswith(" %}"), f"{path.name}:{number}"
            assert line.count("{%") == 1, f"{path.name}:{number}"


def test_every_template_that_is_no_part_gives_a_file() -> None:
    parts = {path.name for path in TEMPLATES if path.name.startswith("_")}
    whole = {str(path.relative_to(shipped_folder())) for path in TEMPLATES if path.name not in parts}
    assert set(Templates(Workspace(str(ROOT))).names) == {name for name in whole if not name.startswith(OTHERS)}


TEXT = [
    path
    for pattern in (
        "*.md",
        "*.yaml",
        "*.toml",
        "docs/**/*",
        "generator/**/*.py",
        "templates/**/*",
        "tests/**/*.py",
        "benchmarks/**/*.py",
    )
    for path in sorted(ROOT.glob(pattern))
    if path.is_file()
]


@pytest.mark.parametrize("path", TEXT, ids=lambda path: str(path.relative_to(ROOT)))
def test_text_is_tidy(path: Path) -> None:
    text = path.read_text()
    assert text.endswith("\n") or not text
    assert "\t" not in text.replace("\\t", "")
    loose = "TO" + "DO", "FIX" + "ME", "pytest.mark." + "skip("
    assert not [word for word in loose if word in text]
