"""`natlane adopt`: what AWS holds becomes a descriptor that says the same, or is refused with the reason."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from natlane.describe.document import read
from natlane.describe.handover import HandOverDetails
from natlane.describe.partner import Partner, parse_partner

from tests.aws.fake import FakeAws
from tests.aws.replay import replay
from tests.conftest import ROOT
from tests.live.conftest import Run
from tests.live.handmade import GATEWAY, OUR_TABLE, OURS, PARTNER, Handmade, make_by_hand

ADOPTED = ("acme-clearing", "globex", "hooli", "initech", "wonka")
REFUSED = {  # goldens whose pattern is not adopted -> the codes that say why
    "stark": ["adopt-gateway"],
    "tyrell": ["adopt-gateway"],
    "umbrella": ["adopt-load-balancer"],
    "wayne": ["adopt-load-balancer", "adopt-subnet", "adopt-subnet", "adopt-block"],
}


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder with nothing but a landing zone."""
    shutil.copy(ROOT / "landing-zone.yaml", tmp_path)
    return tmp_path


@pytest.fixture
def made(aws: FakeAws) -> Handmade:
    """A VPN that people made."""
    return make_by_hand(aws)


def _vpc(aws: FakeAws, partner: str) -> str:
    found = aws.client("ec2", "master").describe_vpcs(Filters=[{"Name": "tag:partner", "Values": [partner]}])
    return str(found["Vpcs"][0]["VpcId"])


def _partner(root: Path, name: str) -> Partner:
    document, problems = read(str(root), f"partners/{name}.yaml")
    partner = parse_partner(document, problems) if document else None
    assert partner is not None
    assert problems == []
    return partner


def _known_to_aws(partner: Partner) -> Partner:
    """A partner without what AWS cannot know."""
    (device,) = partner.vpn.customer_gateways
    gateway = device._replace(device=None, model=None, version=None, behind_nat=False)
    vpn = partner.vpn._replace(customer_gateways=(gateway,), policy_based=False)
    # What both tunnels have in common is the writer's choice: what counts is each tunnel whole.
    tunnel = gateway.tunnels["1"]
    common: dict[str, Any] = {name: getattr(tunnel, name) for name in tunnel._fields if name != "inside_cidr"}
    return partner._replace(
        vpn=vpn._replace(**common),
        description="",
        contacts=(),
        handover=HandOverDetails(),
        adopted=None,
        accepted=(),
        zones=None,
    )


@pytest.mark.parametrize("partner", ADOPTED)
def test_round_trip(partner: str, aws: FakeAws, run: Run, empty: Path) -> None:
    """What a golden partner made in AWS gives that partner's descriptor again, and the same module."""
    replay(aws, partner)
    ran = run(empty, "adopt", _vpc(aws, partner), "--as", partner)
    assert ran.code == 0
    assert _known_to_aws(_partner(empty, partner)) == _known_to_aws(_partner(ROOT, partner))
    assert "  changes in place: nothing\n" in ran.out
    assert "  makes: nothing\n" in ran.out
    assert run(empty, "generate", "--check").code == 0
    assert run(empty, "verify").code == 0
    assert run(empty, "drift").code == 0


@pytest.mark.parametrize("partner", REFUSED)
def test_what_is_not_adopted_says_so_and_writes_nothing(partner: str, aws: FakeAws, run: Run, empty: Path) -> None:
    replay(aws, partner)
    ran = run(empty, "adopt", _vpc(aws, partner), "--as", partner)
    assert (ran.code, ran.out) == (1, "")
    assert re.findall(r"\[error: ([\w-]+)\]", ran.err) == REFUSED[partner]
    assert [each.name for each in empty.iterdir()] == ["landing-zone.yaml"]


HANDMADE = """\
# yaml-language-server: $schema=../schemas/partner.json
# description and contacts: who the partner is, and whom to call when a tunnel is down
partner: soylent
nat_cidr: 10.190.0.0/27
vpc_cidr: 10.190.0.0/24
natted_cidr: 10.190.0.32/27
partner_cidrs: [192.168.200.0/24]
reach: [a]
vpn:
  customer_gateway: {ip: 203.0.113.77, asn: 65077}
"""


def test_a_vpn_made_by_hand(aws: FakeAws, run: Run, empty: Path, made: Handmade) -> None:
    """Options that AWS does not tell are kept, and so are keys and logs; tags change, and the rest is made."""
    ran = run(empty, "adopt", made.connection, "--as", "soylent")
    assert ran.code == 0
    text = (empty / "partners" / "soylent.yaml").read_text()
    assert text.startswith(HANDMADE)
    partner = _partner(empty, "soylent")
    assert partner.tags == {"env": "prod"}
    assert partner.adopted is not None
    assert len(partner.adopted.kept) == 2 * 17  # each option but lifecycle control, whose default is everybody's
    assert partner.vpn.preshared_keys == "variables"
    assert partner.adopted.imports["aws_vpn_gateway.vpc_n"] == made.gateway
    assert partner.adopted.imports["aws_route_table.public"] == made.public
    assert f"    aws_vpc.vpc_n ({made.vpc}): tags\n" in ran.out
    assert "every rule of the VPC's default group goes" in ran.out
    assert "    aws_cloudwatch_log_group.flow\n" in ran.out
    assert "  replaces: nothing\n" in ran.out
    assert run(empty, "verify").code == 0
    assert not (empty / "out" / "soylent" / "variables.tf").exists()
    assert "ignore_changes = [tunnel1_dpd_timeout_action, " in (empty / "out" / "soylent" / "vpn.tf").read_text()


def test_nothing_is_written_on_trial(aws: FakeAws, run: Run, empty: Path, made: Handmade) -> None:
    ran = run(empty, "adopt", made.vpc, "--as", "soylent", "--dry-run")
    assert ran.code == 0
    assert ran.out.startswith("soylent: the first apply\n")
    assert [each.name for each in empty.iterdir()] == ["landing-zone.yaml"]


def test_no_key_is_kept_or_told(aws: FakeAws, run: Run, empty: Path, made: Handmade, tmp_path_factory: Any) -> None:
    options = made.ec2.describe_vpn_connections()["VpnConnections"][0]["Options"]["TunnelOptions"]
    keys = [each["PreSharedKey"] for each in options]
    folder = tmp_path_factory.mktemp("record")
    ran = run(empty, "adopt", made.vpc, "--as", "soylent", "--record", str(folder))
    assert ran.code == 0
    written = [path.read_text() for root in (empty, folder) for path in root.rglob("*") if path.is_file()]
    assert all(len(key) >= 8 for key in keys)
    assert not [key for key in keys for text in (*written, ran.out, ran.err) if key in text]


def test_a_recording_gives_the_same(
    aws: FakeAws, run: Run, empty: Path, made: Handmade, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = str(tmp_path_factory.mktemp("record"))
    live = run(empty, "adopt", made.vpc, "--as", "soylent", "--record", folder)
    text = (empty / "partners" / "soylent.yaml").read_text()
    shutil.rmtree(empty / "partners")
    shutil.rmtree(empty / "out")
    aws.calls.clear()
    assert run(empty, "adopt", made.vpc, "--as", "soylent", "--from", folder) == live
    assert (empty / "partners" / "soylent.yaml").read_text() == text
    assert aws.calls == []


def _second_connection(made: Handmade) -> None:
    device = made.ec2.create_customer_gateway(Type="ipsec.1", IpAddress="203.0.113.78", BgpAsn=65078)
    made.ec2.create_vpn_connection(
        Type="ipsec.1",
        CustomerGatewayId=device["CustomerGateway"]["CustomerGatewayId"],
        VpnGatewayId=made.gateway,
        Options={"StaticRoutesOnly": True},
    )


def _propagation(made: Handmade) -> None:
    made.ec2.enable_vgw_route_propagation(RouteTableId=made.public, GatewayId=made.gateway)


def _further_subnet(made: Handmade) -> None:
    made.ec2.create_subnet(VpcId=made.vpc, CidrBlock="10.190.0.128/28", AvailabilityZone="eu-west-1a")


def _further_block(made: Handmade) -> None:
    made.ec2.associate_vpc_cidr_block(VpcId=made.vpc, CidrBlock="100.66.0.0/24")


def _further_route(made: Handmade) -> None:
    made.ec2.create_route(RouteTableId=made.public, DestinationCidrBlock="10.160.0.0/16", TransitGatewayId=GATEWAY)


def _shared_table(made: Handmade) -> None:
    """Both natted subnets by one table, and so by one zone's NAT gateway."""
    association = _association(made, made.natted[1], made.subnets[3])
    made.ec2.replace_route_table_association(AssociationId=association, RouteTableId=made.natted[0])


def _association(made: Handmade, table: str, subnet: str) -> str:
    (told,) = made.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    return str(next(each["RouteTableAssociationId"] for each in told["Associations"] if each["SubnetId"] == subnet))


def _public_tables(made: Handmade) -> None:
    table = made.ec2.create_route_table(VpcId=made.vpc)["RouteTable"]["RouteTableId"]
    made.ec2.create_route(RouteTableId=table, DestinationCidrBlock=PARTNER, GatewayId=made.gateway)
    association = _association(made, made.public, made.subnets[1])
    made.ec2.replace_route_table_association(AssociationId=association, RouteTableId=table)


def _main_table(made: Handmade) -> None:
    made.ec2.disassociate_route_table(AssociationId=_association(made, made.public, made.subnets[0]))


def _detached(made: Handmade) -> None:
    made.ec2.detach_vpn_gateway(VpnGatewayId=made.gateway, VpcId=made.vpc)


def _no_static_route(made: Handmade) -> None:
    made.ec2.delete_vpn_connection_route(VpnConnectionId=made.connection, DestinationCidrBlock=PARTNER)


def _taken_elsewhere(made: Handmade) -> None:
    """The transit gateway's table of VPC a sends half of the partner's network to VPC b."""
    made.ec2.create_transit_gateway_route(
        TransitGatewayRouteTableId=OURS,
        DestinationCidrBlock="192.168.200.0/25",
        TransitGatewayAttachmentId="tgw-attach-0cccccccccccccccc",
    )


NOT_THE_PATTERN: dict[str, tuple[Callable[[Handmade], None], str]] = {
    "two VPNs on one gateway": (_second_connection, "adopt-connections"),
    "propagation": (_propagation, "adopt-propagation"),
    "a further subnet": (_further_subnet, "adopt-subnet"),
    "a further block": (_further_block, "adopt-block"),
    "a further route": (_further_route, "adopt-pattern"),
    "one table for two zones": (_shared_table, "adopt-table"),
    "the gateway was detached": (_detached, "adopt-gateway"),
    "no static route": (_no_static_route, "adopt-cidrs"),
    "public subnets with a table each": (_public_tables, "adopt-table"),
    "a subnet on the main table": (_main_table, "adopt-table"),
    "another route takes packets": (_taken_elsewhere, "adopt-pattern"),
}


@pytest.mark.parametrize("case", NOT_THE_PATTERN)
def test_what_is_not_the_pattern_is_refused(case: str, aws: FakeAws, run: Run, empty: Path, made: Handmade) -> None:
    change, code = NOT_THE_PATTERN[case]
    change(made)
    ran = run(empty, "adopt", made.vpc, "--as", "soylent")
    assert (ran.code, ran.out) == (1, "")
    assert code in re.findall(r"\[error: ([\w-]+)\]", ran.err)
    assert ran.err.endswith(f"natlane: {made.vpc} is not adopted, and nothing is written\n")
    assert [each.name for each in empty.iterdir()] == ["landing-zone.yaml"]


def test_a_route_that_is_missing_is_made(aws: FakeAws, run: Run, empty: Path, made: Handmade) -> None:
    made.ec2.delete_route(RouteTableId=made.natted[1], DestinationCidrBlock=PARTNER)
    ran = run(empty, "adopt", made.vpc, "--as", "soylent")
    assert ran.code == 0
    assert "    aws_route.natted_b_to_192_168_200_0_24\n" in ran.out


def test_a_device_with_a_name(aws: FakeAws, run: Run, empty: Path, made: Handmade) -> None:
    aws.world.records["customer-gateway"][made.device].data["DeviceName"] = "edge-1"
    ran = run(empty, "adopt", made.vpc, "--as", "soylent")
    assert (ran.code, ran.out) == (1, "")
    assert f"{made.device}: has the device name 'edge-1'" in ran.err


def test_a_vpn_is_adopted_once(aws: FakeAws, run: Run, empty: Path, made: Handmade) -> None:
    assert run(empty, "adopt", made.vpc, "--as", "soylent").code == 0
    again = run(empty, "adopt", made.connection, "--as", "vandelay")
    assert (again.code, again.out) == (1, "")
    assert "is partner soylent's already" in again.err
    there = run(empty, "adopt", made.vpc, "--as", "soylent")
    assert (there.code, there.err) == (1, "natlane: partners/soylent.yaml is already there, and is left as it is\n")


def test_what_natlane_made_is_not_adopted_under_another_name(aws: FakeAws, run: Run, root: Path) -> None:
    replay(aws, "globex")
    ran = run(root, "adopt", _vpc(aws, "globex"), "--as", "vandelay")
    assert (ran.code, ran.out) == (1, "")
    assert "is partner globex's already" in ran.err


WRONG_CALLS = {
    "no id": (("adopt", "globex", "--as", "soylent"), "'globex' is no id of a VPC or of a VPN connection"),
    "no name": (("adopt", "vpc-0123456789abcdef0", "--as", "Soylent"), "'Soylent' is not a partner's name"),
    "a name of AWS's": (("adopt", "vpc-0123456789abcdef0", "--as", "sg-x"), "AWS refuses names that begin like"),
}


@pytest.mark.parametrize("case", WRONG_CALLS)
def test_a_wrong_call(case: str, run: Run, empty: Path) -> None:
    words, said = WRONG_CALLS[case]
    ran = run(empty, *words)
    assert ran.code == 2
    assert said in ran.err


def test_an_id_that_is_not_there(aws: FakeAws, run: Run, empty: Path) -> None:
    for number in ("vpc-0123456789abcdef0", "vpn-0123456789abcdef0"):
        ran = run(empty, "adopt", number, "--as", "soylent")
        assert (ran.code, ran.out) == (1, "")
        assert "[error: adopt-missing]" in ran.err


def test_other_partners_with_mistakes_are_told_first(aws: FakeAws, run: Run, empty: Path, made: Handmade) -> None:
    (empty / "partners").mkdir()
    (empty / "partners" / "globex.yaml").write_text("partner: globex\n")
    ran = run(empty, "adopt", made.vpc, "--as", "soylent")
    assert (ran.code, ran.out) == (1, "")
    assert "partners/globex.yaml" in ran.err
    assert not (empty / "partners" / "soylent.yaml").exists()


def test_a_clash_with_another_partner_leaves_nothing(aws: FakeAws, run: Run, empty: Path, made: Handmade) -> None:
    """Only the whole fleet shows it, and so `generate` does: the descriptor goes again."""
    (empty / "partners").mkdir()
    other = (ROOT / "partners" / "globex.yaml").read_text().replace("192.168.60.0/24", "192.168.200.0/25")
    (empty / "partners" / "globex.yaml").write_text(other)
    ran = run(empty, "adopt", made.vpc, "--as", "soylent")
    assert ran.code == 1
    assert "natlane: nothing is written\n" in ran.err
    assert sorted(path.name for path in (empty / "partners").iterdir()) == ["globex.yaml"]
    assert not (empty / "out").exists() or not list((empty / "out").iterdir())


FAULTS = {
    "denied": ("deny", "DescribeAlarms", "cloudwatch:DescribeAlarms"),
    "expired": ("expire", "*", "aws sso login"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_aws_refuses_names_the_action(case: str, aws: FakeAws, run: Run, empty: Path, made: Handmade) -> None:
    fault, operation, said = FAULTS[case]
    getattr(aws.faults, fault)(operation=operation)
    ran = run(empty, "adopt", made.vpc, "--as", "soylent")
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert [each.name for each in empty.iterdir()] == ["landing-zone.yaml"]


def test_our_own_table_is_not_touched(aws: FakeAws, run: Run, empty: Path, made: Handmade) -> None:
    """Of our VPCs' tables only the route to the partner is imported."""
    assert run(empty, "adopt", made.vpc, "--as", "soylent").code == 0
    imports = (empty / "out" / "soylent" / "imports.tf").read_text()
    assert re.findall(rf'id = "({OUR_TABLE}[^"]*)"', imports) == [f"{OUR_TABLE}_{PARTNER}"]
