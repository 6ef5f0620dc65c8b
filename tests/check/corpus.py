"""Files of tests/bad as root folders, and the problems that a root has.

The first comments of such a file say what must be found and what stands beside it:
    # expect: LINE:COLUMN CODE           a problem of this file; one line for each, in order
    # expect: PATH:LINE:COLUMN CODE      a problem of another file
    # as: landing-zone.yaml              this file is the landing zone; without it, partners/acme.yaml
    # with: globex.yaml                  another partner, of tests/bad/with
    # landing-zone: few-routes.yaml      another landing zone, of tests/bad/with
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from natlane.fleet import open_fleet
from natlane.problems import Problem, in_order
from natlane.workspace.paths import Workspace

BAD = Path(__file__).resolve().parent.parent / "bad"
ACME = "partners/acme.yaml"
LANDING_ZONE = "landing-zone.yaml"


def directives(path: Path, name: str) -> list[str]:
    """What the first comments say under a name."""
    head = re.match(rb"(#[^\n]*\n)*", path.read_bytes())
    assert head is not None
    return re.findall(rf"^# {name}: (.*)$", head[0].decode(), re.MULTILINE)


def problems_of_case(path: str | Path) -> list[str]:
    """Every problem of a case, as `# expect:` lines write it."""
    where = written_as(Path(path))
    return [_as_expected(problem, where) for problem in check_case(Path(path))]


def written_as(path: Path) -> str:
    """Which file of the root a case is."""
    return (directives(path, "as") or [ACME])[0]


def check_case(path: Path) -> list[Problem]:
    """The problems of the root that a case describes, in order."""
    return check_root(files_of_case(path))


def files_of_case(path: Path) -> dict[str, bytes]:
    """The root that a case describes."""
    beside = BAD / "with"
    ours = (directives(path, "landing-zone") or [LANDING_ZONE])[0]
    files = {LANDING_ZONE: (beside / ours).read_bytes(), ACME: (beside / "acme.yaml").read_bytes()}
    files |= {f"partners/{name}": (beside / name).read_bytes() for name in directives(path, "with")}
    files[written_as(path)] = path.read_bytes()
    return files


def check_root(files: dict[str, bytes]) -> list[Problem]:
    """The problems of a root that holds these files."""
    with tempfile.TemporaryDirectory() as root:
        for name, content in files.items():
            file = Path(root, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        fleet = open_fleet(Workspace(root))
        for _ in fleet.partners():
            pass
        return in_order(fleet.problems)


def _as_expected(problem: Problem, where: str) -> str:
    path = "" if problem.path == where else f"{problem.path}:"
    return f"{path}{problem.line}:{problem.column} {problem.code}"
