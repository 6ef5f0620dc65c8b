"""`natlane cost` as a user runs it, and the line of `natlane impact`."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import ROOT, Natlane


def test_the_fleet(natlane: Natlane) -> None:
    done = natlane("cost", "--by-tag", "cost-center", cwd=ROOT)
    assert done.returncode == 0
    assert "9 partners in eu-west-1: " in done.stdout
    assert "  4711 " in done.stdout
    assert "prices: {accelerator_hour: <amount>, internet_gb: <amount>}" in done.stdout


def test_one_partner_lists_its_items(natlane: Natlane) -> None:
    done = natlane("cost", "partners/globex.yaml", cwd=ROOT)
    row = (
        "NAT gateways                         master  1,460 hours  0.048  70.08  AWS price list, AmazonEC2, 2026-09-25"
    )
    assert row in done.stdout


def test_json_is_exact_and_adds_up(natlane: Natlane) -> None:
    found = json.loads(natlane("cost", "--format", "json", "--by-tag", "cost-center", cwd=ROOT).stdout)
    items = [item for partner in found["partners"] for item in partner["items"]]
    whole = sum(Decimal(item["cost"]) for item in items if item["cost"])
    assert whole == Decimal(found["total"]["amount"])
    for sums in (found["accounts"], found["values"]):
        assert sum(Decimal(each["amount"]) for each in sums.values()) == whole
    assert all(bool(item["price"]) == bool(item["source"]) for item in items)


def test_markdown_escapes_a_tag(root: Path, natlane: Natlane) -> None:
    file = root / "partners" / "globex.yaml"
    file.write_text(file.read_text() + 'tags: {owner: "@ops_eu"}\n')
    done = natlane("cost", "--by-tag", "owner", "--format", "markdown", cwd=root)
    assert done.returncode == 0
    assert "| @&#8203;ops\\_eu | " in done.stdout


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('prices: {nat_gateway_hour: "0.05"}', "landing-zone.yaml:39:28: prices.nat_gateway_hour: needs an amount"),
        ("prices: {nat_gateway_hour: -1}", "landing-zone.yaml:39:28: prices.nat_gateway_hour: needs an amount"),
        ("prices: {nat_gateway_hour: 1e3}", "landing-zone.yaml:39:28: prices.nat_gateway_hour: needs an amount"),
        ("prices: {nat_gateway: 1}", "landing-zone.yaml:39:10: prices.nat_gateway: "),
    ],
)
def test_a_wrong_price_is_a_problem_at_its_place(line: str, told: str, root: Path, natlane: Natlane) -> None:
    file = root / "landing-zone.yaml"
    assert len(file.read_text().splitlines()) == 38
    file.write_text(f"{file.read_text()}{line}\n")
    done = natlane("cost", cwd=root)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_stranger_exits_2(natlane: Natlane) -> None:
    assert natlane("cost", "nobody", cwd=ROOT).returncode == 2


@pytest.mark.parametrize("how", ["text", "markdown", "json"])
def test_impact_tells_the_difference(how: str, root: Path, natlane: Natlane, tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    for name in ("landing-zone.yaml", "partners", "out"):
        source = root / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, before / name)
    file = root / "partners" / "globex.yaml"
    file.write_text(file.read_text() + "inbound: {endpoints: [{service: sqs}]}\nexpected_gb: {to_partner: 10}\n")
    done = natlane("impact", "--base", "before", "--format", how, cwd=root)
    assert done.returncode == 0, done.stderr
    line = "Cost of what changes: 151.68 before, 168.42 after, +16.74 USD a month, without what has no known price."
    if how == "json":
        (cost,) = json.loads(done.stdout)["costs"]
        assert Decimal(cost["difference"]) == Decimal(cost["after"]) - Decimal(cost["before"]) == Decimal("16.74")
        assert cost["unknown"] == ["internet_gb"]
    else:
        assert line in done.stdout
    if how == "markdown":
        assert "| globex | 151.68 | 168.42 + unknown | +16.74 |\n\n</details>" in done.stdout
