"""`natlane export`: every block and pinned address of the modules, and measures that a scraper reads."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from natlane.export.blocks import Row, as_csv
from natlane.export.measures import measures
from natlane.fleet import open_fleet
from natlane.workspace.paths import Workspace

from tests.conftest import ROOT, Natlane

ADDRESS = re.compile(r'(?:private_ip|ipv4|private_ipv4_address)\s*=\s*"([\d.]+)"')
SAMPLE = re.compile(r'([a-z_]+)(\{(?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)*\})? (-?[\d.]+)')


def rows(natlane: Natlane, root: Path = ROOT) -> list[dict[str, str]]:
    done = natlane("export", cwd=root)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_every_pinned_address_of_the_modules_is_there(natlane: Natlane) -> None:
    """Against the text of out/: NAT gateways, endpoints and load balancers of each partner."""
    found = rows(natlane)
    for folder in sorted((ROOT / "out").iterdir()):
        written = {address for file in folder.glob("*.tf") for address in ADDRESS.findall(file.read_text())}
        told = {row["block"][:-3] for row in found if row["owner"] == folder.name and row["kind"] == "address"}
        assert written <= told, folder.name
        assert written, folder.name


def test_blocks_of_ours_and_theirs(natlane: Natlane) -> None:
    found = [(row["block"], row["kind"], row["owner"]) for row in rows(natlane)]
    assert ("10.160.0.0/16", "vpc", "b") in found
    assert ("172.20.0.0/14", "reserved", "data centre") in found
    assert ("10.181.0.0/27", "nat", "globex") in found
    assert ("192.168.60.0/24", "partner", "globex") in found
    assert ("10.199.0.0/27", "outbound", "wayne") in found


def test_json_says_the_same(natlane: Natlane) -> None:
    found = json.loads(natlane("export", "--format", "json", cwd=ROOT).stdout)["blocks"]
    plain = [{key: value.removeprefix("'") for key, value in row.items()} for row in rows(natlane)]
    assert found == plain


@pytest.mark.parametrize("text", ["=1+1", "+44 1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    written = as_csv([Row("10.0.0.0/8", "reserved", text, 'a "b", c', "", text)])
    (row,) = csv.DictReader(io.StringIO(written))
    assert row["owner"] == f"'{text}"
    assert row["what"] == 'a "b", c'


def samples(text: str) -> Iterator[tuple[str, str, str]]:
    """Name, labels and value of each sample; anything that is none of the format's lines fails."""
    told: set[str] = set()
    for line in text.splitlines():
        comment = re.fullmatch(r"# (HELP|TYPE) ([a-z_]+) (.+)", line)
        if comment:
            told.add(f"{comment[1]} {comment[2]}")
            continue
        sample = SAMPLE.fullmatch(line)
        assert sample, line
        assert {f"HELP {sample[1]}", f"TYPE {sample[1]}"} <= told
        yield sample[1], sample[2] or "", sample[3]


def test_measures(natlane: Natlane) -> None:
    done = natlane("export", "--format", "prometheus", cwd=ROOT)
    found = {(name, labels): value for name, labels, value in samples(done.stdout)}
    assert found["natlane_partners", ""] == "9"
    assert found["natlane_quota_granted", '{quota="vpcs"}'] == "50"
    assert found["natlane_warnings", '{partner="initech",code="preshared-keys-in-state"}'] == "1"
    assert found["natlane_cost_month", '{partner="globex",currency="USD"}'].startswith("151.68")
    assert natlane("export", "--format", "prometheus", cwd=ROOT).stdout == done.stdout


def test_without_a_landing_zone_nothing_is_measured(tmp_path: Path) -> None:
    assert measures(open_fleet(Workspace(str(tmp_path))), []) == ""


def test_a_wrong_descriptor_is_told(root: Path, natlane: Natlane) -> None:
    file = root / "partners" / "globex.yaml"
    file.write_text(file.read_text().replace("10.181.0.0/27", "10.181.0.5/27"))
    done = natlane("export", cwd=root)
    assert (done.returncode, done.stdout) == (1, "")
    assert "partners/globex.yaml:" in done.stderr
