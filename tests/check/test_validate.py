"""`natlane validate` prints problems for people, for programs and for GitHub, and the use of quotas."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from natlane.output.problems import print_problems
from natlane.problems import Problem

from tests.check.corpus import ACME, BAD, LANDING_ZONE
from tests.conftest import ROOT, Natlane

BOTH = "10.181.0.5/27 has host bits set"
HOST_BITS = Problem("cidr-host-bits", "error", ACME, 2, 11, "nat_cidr", BOTH, "did you mean 10.181.0.0/27?")


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A root whose only partner has a nat_cidr with host bits."""
    (tmp_path / "partners").mkdir()
    (tmp_path / LANDING_ZONE).write_text((BAD / "with" / LANDING_ZONE).read_text() + "quotas: {vpcs: 50}\n")
    (tmp_path / ACME).write_text((BAD / "with" / "acme.yaml").read_text().replace("10.181.0.0", "10.181.0.5"))
    return tmp_path


def test_text(broken: Path, natlane: Natlane) -> None:
    said = natlane("validate")
    assert said.returncode == 1
    assert said.stdout.split("\n") == [
        "partners/acme.yaml:2:11: nat_cidr: 10.181.0.5/27 has host bits set; did you mean 10.181.0.0/27?"
        " [error: cidr-host-bits]",
        "     2 | nat_cidr: 10.181.0.5/27",
        "       |           ^",
        "",
    ]
    assert said.stderr == "natlane: 0 of 1 partners have no error of their own; 1 error, 0 warnings\n"


def test_json(broken: Path, natlane: Natlane) -> None:
    said = natlane("validate", "--format", "json")
    assert json.loads(said.stdout) == {
        "problems": [
            {
                "code": "cidr-host-bits",
                "severity": "error",
                "path": ACME,
                "line": 2,
                "column": 11,
                "field": "nat_cidr",
                "message": BOTH,
                "hint": "did you mean 10.181.0.0/27?",
            }
        ],
        "accepted": [],
    }


def test_github(broken: Path, natlane: Natlane) -> None:
    assert natlane("validate", "--format", "github").stdout == (
        "::error file=partners/acme.yaml,line=2,col=11,title=cidr-host-bits"
        "::nat_cidr: 10.181.0.5/27 has host bits set; did you mean 10.181.0.0/27?\n"
    )


def test_github_escapes_what_would_end_an_annotation() -> None:
    stream = io.StringIO()
    print_problems(".", [Problem("x", "warning", "a,b:c", 0, 0, "", "100%\nof it")], "github", stream)
    assert stream.getvalue() == "::warning file=a%2Cb%3Ac,title=x::100%25%0Aof it\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("variable", "coloured"), [(None, True), ("NO_COLOR", False)])
def test_colour_on_a_terminal_only(
    broken: Path, monkeypatch: pytest.MonkeyPatch, variable: str | None, coloured: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    if variable:
        monkeypatch.setenv(variable, "1")
    stream = Terminal()
    print_problems(str(broken), [HOST_BITS], "text", stream)
    assert ("\x1b[31m" in stream.getvalue()) is coloured


@pytest.mark.parametrize(
    ("line", "column", "shown", "caret"),
    [
        ("a: b", 4, "     1 | a: b", "       |    ^"),
        ("\tb: \x1b[31mc", 5, "     1 |  b:  [31mc", "       |     ^"),
        ("名前: x", 5, "     1 | 名前: x", "       |       ^"),
        ("a" * 300, 200, "     1 | " + "a" * 100, "       | " + " " * 50 + "^"),
        ("short", 99, "     1 | short", "       |      ^"),
    ],
)
def test_source_line_and_caret(tmp_path: Path, line: str, column: int, shown: str, caret: str) -> None:
    (tmp_path / "x.yaml").write_text(line)
    stream = io.StringIO()
    print_problems(str(tmp_path), [Problem("x", "error", "x.yaml", 1, column, "", "m")], "text", stream)
    assert stream.getvalue().split("\n")[1:3] == [shown, caret]


def test_one_partner_of_a_fleet_is_told_what_concerns_it(tmp_path: Path, natlane: Natlane) -> None:
    (tmp_path / "partners").mkdir()
    (tmp_path / LANDING_ZONE).write_text((BAD / "with" / LANDING_ZONE).read_text() + "quotas: {vpcs: 50}\n")
    acme = (BAD / "with" / "acme.yaml").read_text()
    for name, asn in (("acme", 65020), ("globex", 65021), ("initech", 65022)):
        text = acme.replace("acme", name).replace("65020", str(asn)).replace("10.181.0", f"10.181.{asn - 65020}")
        (tmp_path / f"partners/{name}.yaml").write_text(
            text.replace("60.0/24", "62.0/24") if name == "initech" else text
        )
    told = json.loads(natlane("validate", "acme", "--format=json").stdout)["problems"]
    assert [(each["path"], each["code"]) for each in told] == [
        ("partners/globex.yaml", "fleet-route-overlap"),
        ("partners/globex.yaml", "fleet-inside-cidr"),
        ("partners/initech.yaml", "fleet-inside-cidr"),
    ]


def test_summary_of_this_repository(natlane: Natlane) -> None:
    said = natlane("validate", "--summary", "--format=json", "--root", str(ROOT))
    used = {row["quota"]: (row["used"], row["granted"], row["default"]) for row in json.loads(said.stdout)["quotas"]}
    assert said.returncode == 0
    assert used == {
        "vpcs": (10, 50, 5),
        "nat_gateways_per_zone": (9, 50, 5),
        "vpn_gateways": (7, 50, 5),
        "customer_gateways": (9, 50, 50),
        "vpn_connections": (9, 50, 50),
        "transit_gateway_attachments": (14, 5_000, 5_000),
        "transit_gateway_route_tables": (7, 20, 20),
        "transit_gateway_routes": (37, 10_000, 10_000),
        "routes_per_route_table": (11, 500, 500),
    }
