"""`natlane discover`: the landing zone of an account as AWS has it, and what differs from the one that is written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from natlane.fleet import open_fleet
from natlane.workspace.paths import Workspace

from tests.aws.fake import FakeAws
from tests.conftest import TRANSIT_ACCOUNT
from tests.live.conftest import Run

ACCOUNTS = (
    "--account",
    "master=111111111111:network-deployer",
    "--account",
    "production=222222222222:network-deployer",
    "--account",
    "staging=333333333333:arn:aws:iam::333333333333:role/network-deployer",
)
NEW = ("discover", *ACCOUNTS, "--region", "eu-west-1")


@pytest.fixture
def served(aws: FakeAws) -> FakeAws:
    """The fake, in which the tables of the landing zone serve a subnet each, as they do in a real VPC."""
    tables = {"m": "rtb-0aaaaaaaaaaaaaaaa", "a": "rtb-0cccccccccccccccc", "b": "rtb-0dddddddddddddddd"}
    for number, (account, table) in enumerate(zip(("master", "production", "staging"), tables.values(), strict=True)):
        ec2 = aws.client("ec2", account)
        (found,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
        cidr = ("10.100.0.0/24", "10.150.0.0/24", "10.160.0.0/24")[number]
        subnet = ec2.create_subnet(VpcId=found["VpcId"], CidrBlock=cidr, AvailabilityZone="eu-west-1a")["Subnet"]
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet["SubnetId"])
    return aws


def test_an_empty_folder_gets_a_landing_zone_that_validates(served: FakeAws, run: Run, tmp_path: Path) -> None:
    ran = run(tmp_path, *NEW, "--write")
    assert ran.code == 0
    (tmp_path / "partners").mkdir()
    assert run(tmp_path, "validate").out == ""
    again = run(tmp_path, "discover")
    assert (again.code, again.out, again.err) == (0, "", "natlane: landing-zone.yaml is what AWS says\n")


def test_nothing_is_written_unless_asked(served: FakeAws, run: Run, tmp_path: Path) -> None:
    ran = run(tmp_path, *NEW)
    assert ran.code == 0
    assert "+  id: tgw-0a1b2c3d4e5f60718\n" in ran.out
    assert list(tmp_path.iterdir()) == []


def test_this_repositorys_landing_zone_is_what_the_fake_holds(served: FakeAws, run: Run, root: Path) -> None:
    ran = run(root, "discover")
    assert (ran.code, ran.out) == (0, "")


def test_only_what_aws_has_otherwise_changes(served: FakeAws, run: Run, root: Path) -> None:
    ec2 = served.client("ec2", "staging")
    (vpc,) = [each for each in ec2.describe_vpcs()["Vpcs"] if each["CidrBlock"] == "10.160.0.0/16"]
    ec2.associate_vpc_cidr_block(VpcId=vpc["VpcId"], CidrBlock="10.162.0.0/20")
    served.world.quotas["vpcs"] = 80
    before = (root / "landing-zone.yaml").read_text()
    ran = run(root, "discover", "--write")
    assert ran.code == 0
    changed = [line for line in ran.out.splitlines() if line[0] in "+-" and not line.startswith(("+++", "---"))]
    assert changed == [
        "-    cidrs: [10.160.0.0/16, 10.161.0.0/20]",
        "+    cidrs: [10.160.0.0/16, 10.161.0.0/20, 10.162.0.0/20]",
        "-quotas: {vpcs: 50, nat_gateways_per_zone: 50, vpn_gateways: 50}",
        "+quotas: {vpcs: 80, nat_gateways_per_zone: 50, vpn_gateways: 50}",
    ]
    after = (root / "landing-zone.yaml").read_text()
    assert after == before.replace("10.161.0.0/20]", "10.161.0.0/20, 10.162.0.0/20]").replace("vpcs: 50", "vpcs: 80")


def test_each_quota_is_that_of_the_account_that_needs_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """VPC N and its gateways are in the network account, whoever owns the transit gateway."""
    landing_zone = open_fleet(Workspace(str(TRANSIT_ACCOUNT))).landing_zone
    assert landing_zone is not None
    shutil.copy(TRANSIT_ACCOUNT / "landing-zone.yaml", tmp_path)
    with FakeAws.of(landing_zone) as aws:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        network, transit = (landing_zone.accounts[name].id for name in ("network", "transit"))
        aws.world.quotas |= {f"{transit}/vpcs": 70, f"{network}/vpcs": 71, f"{network}/nat_gateways_per_zone": 60}
        aws.world.quotas |= {f"{transit}/transit_gateway_route_tables": 45, f"{network}/transit_gateway_routes": 1}
        ran = run(tmp_path, "discover")
        assert (
            "+quotas: {vpcs: 71, vpn_gateways: 20, nat_gateways_per_zone: 60, transit_gateway_route_tables: 45}\n"
            in ran.out
        )


def test_a_role_by_its_name_is_of_the_regions_partition(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing_zone = open_fleet(Workspace(str(TRANSIT_ACCOUNT))).landing_zone
    assert landing_zone is not None
    with FakeAws.of(landing_zone) as aws:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        accounts = [f"--account={name}={each.id}:network-deployer" for name, each in landing_zone.accounts.items()]
        ran = run(tmp_path, "discover", *accounts, "--region", landing_zone.region)
    assert ran.code == 0
    for each in landing_zone.accounts.values():
        assert f"arn:aws-us-gov:iam::{each.id}:role/network-deployer" in ran.out
    assert '# alarms: {sns_topic_arn: "arn:aws-us-gov:sns:us-gov-west-1:' in ran.out
    assert "region: us-gov-west-1, key_prefix" in ran.out
    assert "arn:aws:" not in ran.out


def test_the_account_of_vpc_n_must_be_read(served: FakeAws, run: Run, tmp_path: Path) -> None:
    ran = run(tmp_path, *NEW, "--network-account", "network")
    assert (ran.code, ran.out) == (1, "")
    assert "network, where every VPC N is, is not read; add --account network=NUMBER:ROLE" in ran.err


def test_a_new_vpc_comes_after_the_others(served: FakeAws, run: Run, root: Path) -> None:
    _attach(served, "production", "10.170.0.0/16", "Data Lake")
    ran = run(root, "discover")
    added = [line[1:] for line in ran.out.splitlines() if line.startswith("+") and not line.startswith("+++")]
    assert added[:3] == ["  data-lake:", "    account: production", "    cidrs: [10.170.0.0/16]"]
    assert not [line for line in ran.out.splitlines() if line.startswith("-") and not line.startswith("---")]


def test_what_a_partner_has_is_not_ours(served: FakeAws, run: Run, root: Path) -> None:
    """A VPC N is attached too, and its tag says whose it is."""
    _attach(served, "master", "10.181.0.0/27", "globex-vpc-n", {"managed-by": "natlane", "partner": "globex"})
    assert run(root, "discover").out == ""


def test_blocks_that_lead_elsewhere_are_proposed(served: FakeAws, run: Run, root: Path) -> None:
    ec2 = served.client("ec2", "master")
    device = ec2.create_customer_gateway(Type="ipsec.1", IpAddress="203.0.113.99", BgpAsn=65099)["CustomerGateway"]
    made = ec2.create_vpn_connection(
        Type="ipsec.1",
        CustomerGatewayId=device["CustomerGatewayId"],
        TransitGatewayId="tgw-0a1b2c3d4e5f60718",
        Options={"StaticRoutesOnly": True},
    )["VpnConnection"]["VpnConnectionId"]
    (attachment,) = [
        each["TransitGatewayAttachmentId"]
        for each in ec2.describe_transit_gateway_attachments()["TransitGatewayAttachments"]
        if each["ResourceId"] == made
    ]
    for cidr in ("10.40.0.0/17", "10.40.128.0/17"):
        ec2.create_transit_gateway_route(
            DestinationCidrBlock=cidr,
            TransitGatewayRouteTableId="tgw-rtb-0bbbbbbbbbbbbbbbb",
            TransitGatewayAttachmentId=attachment,
        )
    ran = run(root, "discover")
    assert f"+  - {{cidr: 10.40.0.0/16, owner: VPN {made}}}\n" in ran.out


WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "another transit gateway": (("--transit-gateway", "tgw-0fffffffffffffff0"), "discover-transit-gateway"),
    "an account that is not ours": (("--account", "m=999999999999"), "aws-account"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_read_is_a_problem(case: str, aws: FakeAws, run: Run, tmp_path: Path) -> None:
    words, code = WRONG[case]
    given = NEW if "--account" not in words else ("discover", "--region", "eu-west-1")
    ran = run(tmp_path, *given, *words, "--write")
    assert (ran.code, ran.out) == (1, "")
    assert f"[error: {code}]" in ran.err
    assert list(tmp_path.iterdir()) == []


FAULTS: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "denied": ("deny", {"operation": "DescribeRouteTables"}, "aws-denied", "ec2:DescribeRouteTables"),
    "expired": ("expire", {"operation": "*"}, "aws-credentials", "aws sso login"),
    "throttled": ("throttle", {"operation": "DescribeVpcs", "times": None}, "aws-throttled", "ec2:DescribeVpcs"),
    "cut": ("cut", {"operation": "DescribeSubnets", "times": None}, "aws-unreachable", "ec2:DescribeSubnets"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_aws_refuses_names_the_action(
    case: str, aws: FakeAws, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("natlane.live.source._ATTEMPTS", 1)  # backoff is botocore's to test
    fault, given, code, said = FAULTS[case]
    getattr(aws.faults, fault)(**given)
    ran = run(tmp_path, *NEW, "--write")
    assert (ran.code, ran.out) == (1, "")
    assert f"[error: {code}]" in ran.err
    assert said in ran.err
    assert list(tmp_path.iterdir()) == []


def test_throttling_is_waited_for(served: FakeAws, run: Run, root: Path) -> None:
    served.faults.throttle("DescribeVpcs", times=1)
    assert run(root, "discover").code == 0


def test_no_credentials(aws: FakeAws, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    ran = run(tmp_path, "discover", "--region", "eu-west-1")
    assert ran.code == 1
    assert "[error: aws-credentials]" in ran.err


@pytest.mark.parametrize("text", ["", "master", "master=12", "Master=111111111111", "m=profile:"])
def test_an_account_that_is_not_understood_is_a_wrong_call(text: str, run: Run, tmp_path: Path) -> None:
    ran = run(tmp_path, "discover", "--account", text)
    assert (ran.code, ran.out) == (2, "")


def test_a_recording_gives_the_same_without_aws(served: FakeAws, run: Run, tmp_path: Path) -> None:
    live = run(tmp_path, *NEW, "--record", str(tmp_path / "record"))
    served.calls.clear()
    assert run(tmp_path, *NEW, "--from", str(tmp_path / "record")).out == live.out
    assert served.calls == []


DAMAGED = {
    "a file is gone": ("Vpcs.json", None, "record-missing"),
    "a file is no JSON": ("Vpcs.json", "{", "record-unreadable"),
    "a file holds something else": ("Vpcs.json", '{"Vpcs": "none"}', "record-unreadable"),
    "a file is nested too deeply": ("Vpcs.json", "[" * 100_000, "record-unreadable"),
    "a file holds another list": ("Vpcs.json", '{"Subnets": []}', "record-unreadable"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_recording_is_a_problem(case: str, served: FakeAws, run: Run, tmp_path: Path) -> None:
    name, text, code = DAMAGED[case]
    run(tmp_path, *NEW, "--record", str(tmp_path / "record"))
    path = tmp_path / "record" / "aws_configs" / "accounts" / "222222222222" / "eu-west-1" / name
    path.unlink()
    if text is not None:
        path.write_text(text)
    ran = run(tmp_path, *NEW, "--from", str(tmp_path / "record"))
    assert (ran.code, ran.out) == (1, "")
    assert f"[error: {code}]" in ran.err


def test_the_layout_is_the_one_that_batfish_reads(served: FakeAws, run: Run, tmp_path: Path) -> None:
    run(tmp_path, *NEW, "--record", str(tmp_path))
    for path in tmp_path.glob("aws_configs/accounts/*/eu-west-1/*.json"):
        assert list(json.loads(path.read_text())) == [path.stem]
    assert len(list(tmp_path.glob("aws_configs/accounts/*"))) == 3


def _attach(aws: FakeAws, account: str, cidr: str, name: str, tags: dict[str, str] | None = None) -> None:
    ec2 = aws.client("ec2", account)
    given = [{"Key": key, "Value": value} for key, value in {"Name": name, **(tags or {})}.items()]
    vpc = ec2.create_vpc(CidrBlock=cidr, TagSpecifications=[{"ResourceType": "vpc", "Tags": given}])["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr.split("/")[0] + "/28", AvailabilityZone="eu-west-1a")
    made = ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId="tgw-0a1b2c3d4e5f60718", VpcId=vpc, SubnetIds=[subnet["Subnet"]["SubnetId"]]
    )
    waiting = made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
    owner = aws.client("ec2", "master")
    if account != "master":
        owner.accept_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=waiting)
    owner.associate_transit_gateway_route_table(
        TransitGatewayAttachmentId=waiting, TransitGatewayRouteTableId="tgw-rtb-0bbbbbbbbbbbbbbbb"
    )
