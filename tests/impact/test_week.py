"""A week of changes in a network of its own: each change's verdict and its comment on the pull request, word for word.

`python -m tests.impact.test_week` writes week.txt anew.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from natlane.impact.review import impact_of
from natlane.output.impact import markdown

from tests.impact.roots import Edit, landing_zone, partner

WEEK = Path(__file__).with_name("week.txt")
ACCOUNTS = {"hub": "1" * 12, "apps": "2" * 12, "data": "3" * 12}
VPCS = {"core": ("hub", "10.10.0.0/16"), "web": ("apps", "10.20.0.0/16"), "eks": ("apps", "10.30.0.0/16")} | {
    "lake": ("data", "10.40.0.0/16")
}


def ours() -> str:
    """Three accounts and four VPCs."""
    accounts = "".join(f'  {name}: {{id: "{number}"}}\n' for name, number in ACCOUNTS.items())
    vpcs = "".join(
        f"  {name}:\n    account: {account}\n    cidrs: [{cidr}]\n    attachment: tgw-attach-{number:017x}\n"
        f"    transit_route_table: tgw-rtb-{11:017x}\n    route_tables: [rtb-{number:017x}]\n"
        for number, (name, (account, cidr)) in enumerate(VPCS.items(), 1)
    )
    return (
        "region: eu-west-1\nzones: [eu-west-1a, eu-west-1b]\nnetwork_account: hub\n"
        f"accounts:\n{accounts}transit_gateway: {{id: tgw-{1:017x}, partner_route_table: tgw-rtb-{12:017x}}}\n"
        f"vpcs:\n{vpcs}reserved_cidrs:\n  - {{cidr: 10.0.0.0/16, owner: headquarters}}\ntags: {{team: network}}\n"
    )


def theirs(number: int, name: str, reach: str, more: str = "") -> str:
    """One partner: what is said of it, and its VPN."""
    return (
        f"partner: {name}\nnat_cidr: 10.200.{number}.0/27\npartner_cidrs: [192.168.{number}.0/24]\nreach: [{reach}]\n"
        f"vpn:\n  customer_gateway: {{ip: 203.0.113.{number}, asn: 6500{number}}}\n{more}"
    )


PARTNERS = {
    "globex": theirs(1, "globex", "web"),
    "hooli": theirs(2, "hooli", "core, lake", "  routing: bgp\n"),
    "umbrella": theirs(
        3,
        "umbrella",
        "",
        "inbound:\n  services:\n    - {name: orders, port: 443, vpc: web, targets: [10.20.1.10, 10.20.2.10]}\n",
    ),
    "initech": theirs(4, "initech", "eks", "inbound:\n  endpoints:\n    - {service: execute-api}\n"),
    "stark": theirs(5, "stark", "core", "  termination: transit_gateway\n"),
}
SHELL = "    - {name: shell, port: 22, vpc: lake, targets: [10.40.0.9]}\n"
ORDERS = "    - {name: orders, port: 443, vpc: web, targets: [10.20.1.10, 10.20.2.10]}\n"
CHANGES: dict[str, tuple[Edit, ...]] = {
    "Monday: a block is written down": (
        landing_zone("reserved_cidrs:\n", "reserved_cidrs:\n  - {cidr: 172.30.0.0/16, owner: lab}\n"),
    ),
    "Monday: a tag of everything": (landing_zone("{team: network}", "{team: network, stage: live}"),),
    "Tuesday: globex has a network more": (partner("globex", "[192.168.1.0/24]", "[192.168.1.0/24, 192.168.11.0/24]"),),
    "Tuesday: umbrella may log in to the lake": (partner("umbrella", ORDERS, ORDERS + SHELL),),
    "Wednesday: hooli moves its device": (partner("hooli", "203.0.113.2,", "203.0.113.22,"),),
    "Wednesday: initech's device takes another timeout": (
        partner("initech", "vpn:\n", "vpn:\n  dpd: {timeout: 60}\n"),
    ),
    "Thursday: the pods of eks get a block": (landing_zone("[10.30.0.0/16]", "[10.30.0.0/16, 10.31.0.0/16]"),),
    "Thursday: the core reaches stark no longer": (partner("stark", "reach: [core]", "reach: [web]"),),
    "Friday: globex leaves": (partner("globex", "vpn:\n", "status: decommissioned\nvpn:\n"),),
    "Friday: a new partner": (Edit("partners/wayne.yaml", None, theirs(6, "wayne", "web")),),
}


def comment(name: str, folder: Path) -> str:
    """What the pull request of one change is told."""
    for root in (folder / "old", folder / "new"):
        (root / "partners").mkdir(parents=True)
        (root / "landing-zone.yaml").write_text(ours())
        for each, text in PARTNERS.items():
            (root / f"partners/{each}.yaml").write_text(text)
    for edit in CHANGES[name]:
        edit.apply(folder / "new")
    impact = impact_of(str(folder / "new"), str(folder / "old"))
    assert impact.problems == ()
    return markdown(impact, "opens").replace(str(folder).replace("_", "\\_"), "FOLDER")


def section(name: str, folder: Path) -> str:
    return f"# {name}\n\n{comment(name, folder)}"


SECTIONS = WEEK.read_text(encoding="utf-8") if WEEK.exists() else ""


@pytest.mark.parametrize("name", CHANGES)
def test_the_comment(name: str, tmp_path: Path) -> None:
    said = "".join(line for line in section(name, tmp_path).splitlines(True) if "Base: " not in line)
    assert f"{said}\n" in SECTIONS, "if it is right, run: python -m tests.impact.test_week"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        texts = [section(name, Path(scratch) / str(number)) for number, name in enumerate(CHANGES)]
    lines = "\n".join(texts).splitlines(keepends=True)
    WEEK.write_text("".join(line for line in lines if "Base: " not in line) + "\n", encoding="utf-8")
