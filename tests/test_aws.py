"""Facts of AWS: names that take a table, and every limit, range and enumeration against AWS's own API model.

botocore carries the model that AWS publishes; what it says in a sentence is read out of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Network
from pathlib import Path

import pytest
from botocore.loaders import Loader
from natlane.describe.landing_zone import Quotas
from natlane.facts import aws, endpoint_names, endpoint_services, quotas

from tests.conftest import ROOT
from tests.terraform.provider_rules import RULES

NAMES = {
    ("execute-api", "eu-west-1"): "com.amazonaws.eu-west-1.execute-api",
    ("execute-api", "us-gov-west-1"): "com.amazonaws.us-gov-west-1.execute-api",
    ("execute-api", "cn-north-1"): "cn.com.amazonaws.cn-north-1.execute-api",
    ("kms", "cn-north-1"): "com.amazonaws.cn-north-1.kms",
    ("transcribe", "cn-northwest-1"): "cn.com.amazonaws.cn-northwest-1.transcribe.cn",
    ("aws.api.us-east-1.qbusiness", "us-east-1"): "aws.api.us-east-1.qbusiness",
    ("api.aws.us-east-1.cassandra-streams", "us-east-1"): "api.aws.us-east-1.cassandra-streams",
    ("com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718", "eu-west-1"): (
        "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
    ),
}


@pytest.mark.parametrize(("service", "region"), NAMES)
def test_an_endpoint_service_has_the_name_that_aws_gives_it(service: str, region: str) -> None:
    assert endpoint_names.endpoint_service_name(service, region) == NAMES[service, region]


# --- The oracle: every fact is what AWS's own model says, or is listed as what nothing here confirms ---

MODELS = Loader()
EC2 = MODELS.load_service_model("ec2", "service-2")
TAGGING = MODELS.load_service_model("resourcegroupstaggingapi", "service-2")["shapes"]
LOGS = MODELS.load_service_model("logs", "service-2")["shapes"]
ELB = MODELS.load_service_model("elbv2", "service-2")["shapes"]
PARTITIONS = {each["id"]: each for each in MODELS.load_data("partitions")["partitions"]}


def said(shape: str, member: str) -> str:
    """What EC2's model says of a member, as plain text."""
    return _plain(EC2["shapes"][shape]["members"][member]["documentation"])


def done(operation: str) -> str:
    """What EC2's model says of an operation."""
    return _plain(EC2["operations"][operation]["documentation"])


def _plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def tunnel(member: str) -> str:
    return said("VpnTunnelOptionsSpecification", member)


def listener(attribute: str) -> str:
    """What the load balancers' model says of a listener's attribute."""
    found = re.search(rf"{re.escape(attribute)} - (.*?) (?:The following|$)", _plain(_keys()) + " ")
    assert found, attribute
    return found[1]


def _keys() -> str:
    text: str = ELB["ListenerAttribute"]["members"]["Key"]["documentation"]
    return text


def numbers(text: str) -> tuple[int, ...]:
    """Every number of a text, `28,800` as one."""
    return tuple(int(each.replace(",", "")) for each in re.findall(r"\d[\d,]*\d|\d", text))


def between(text: str, words: str = r"between ([\d,]+) and ([\d,]+)") -> tuple[int, ...]:
    """The two bounds that a text names."""
    match = re.search(words, text)
    assert match, text
    return numbers(" ".join(match.groups()))


def values(text: str) -> tuple[str, ...]:
    """The values that a text lists after "Valid values"."""
    match = re.search(r"Valid [Vv]alues: ((?:\S+ \| )+\S+)", text)
    assert match, text
    return tuple(match[1].split(" | "))


def special(block: IPv4Network) -> bool:
    """Whether IANA's special-purpose registry, as Python has it, holds the block: a few single addresses aside."""
    return not block.network_address.is_global


# name: what AWS's model, or the provider's rules, say of it
CONFIRMED: dict[str, Callable[[], object]] = {
    "AMAZON_ASN": lambda: between(said("CreateVpnGatewayRequest", "AmazonSideAsn"), r"Default: (\d+)()")[0],
    "AMAZON_ASNS": lambda: tuple(
        between(each, r"(\d{5,}) to (\d{5,})")
        for each in said("CreateVpnGatewayRequest", "AmazonSideAsn").split("32-bit")
    ),
    "ASN_PLAIN_MOST": lambda: between(said("CreateCustomerGatewayRequest", "BgpAsn"), r"(\d) to ([\d,]+)$")[1],
    "ASN_RANGE": lambda: (
        between(said("CreateCustomerGatewayRequest", "BgpAsn"), r"(\d) to ([\d,]+)$")[0],
        between(said("CreateCustomerGatewayRequest", "BgpAsnExtended"), r"([\d,]+) to ([\d,]+)$")[1],
    ),
    "DPD_ACTIONS": lambda: values(tunnel("DPDTimeoutAction")),
    "BANDWIDTHS": lambda: tuple(EC2["shapes"]["VpnTunnelBandwidth"]["enum"]),
    "DPD_TIMEOUT_LEAST": lambda: numbers(tunnel("DPDTimeoutSeconds"))[0],
    "ENCRYPTION": lambda: values(tunnel("Phase1EncryptionAlgorithms")),
    "IKE_VERSIONS": lambda: values(tunnel("IKEVersions")),
    "INSIDE_CIDRS_RESERVED": lambda: tuple(
        IPv4Network(each) for each in re.findall(r"169\.254\.\d+\.\d+/30", tunnel("TunnelInsideCidr"))
    ),
    "INSIDE_CIDR_LENGTH": lambda: between(tunnel("TunnelInsideCidr"), r"size /(\d+) CIDR()")[0],
    "INTEGRITY": lambda: values(tunnel("Phase1IntegrityAlgorithms")),
    "LARGEST_PREFIX": lambda: between(done("CreateSubnet"), r"between a /(\d+) netmask .* and a /(\d+) netmask")[1],
    "LINK_LOCAL": lambda: IPv4Network(re.findall(r"from the (\S+) range", tunnel("TunnelInsideCidr"))[0]),
    "LOG_RETENTION_DAYS": lambda: numbers(_plain(LOGS["Days"]["documentation"]).partition(". To set")[0]),
    "NLB_IDLE_TIMEOUT": lambda: between(listener("tcp.idle_timeout.seconds"), r"range is ([\d,]+)-([\d,]+)"),
    "NLB_IDLE_TIMEOUT_DEFAULT": lambda: between(listener("tcp.idle_timeout.seconds"), r"default is (\d+)()")[0],
    "PARTITIONS": lambda: tuple(sorted(name for name in PARTITIONS if "-iso" not in name)),
    "PHASE1_LIFETIME": lambda: between(tunnel("Phase1LifetimeSeconds")),
    "PHASE2_LIFETIME": lambda: between(tunnel("Phase2LifetimeSeconds")),
    "REFUSED_PREFIXES": lambda: (
        *re.findall(r'begin with "(\S+)"', _plain(ELB["CreateLoadBalancerInput"]["members"]["Name"]["documentation"])),
        *re.findall(r"start with (\S+) \.", said("CreateSecurityGroupRequest", "GroupName")),
    ),
    "REKEY_MARGIN_LEAST": lambda: between(tunnel("RekeyMarginTimeSeconds"), r"between (\d+) and half()")[0],
    "REPLAY_WINDOW": lambda: between(tunnel("ReplayWindowSize")),
    "RESERVED_AT_END": lambda: len(re.findall(r"and the last IPv4 address in each", done("CreateSubnet"))),
    "RESERVED_AT_START": lambda: 4 * len(re.findall("both the first four and the last", done("CreateSubnet"))),
    "SMALLEST_PREFIX": lambda: between(done("CreateSubnet"), r"between a /(\d+) netmask .* and a /(\d+) netmask")[0],
    "STARTUP_ACTIONS": lambda: values(tunnel("StartupAction")),
    "TAGS_MOST": lambda: between(done("CreateTags"), r"maximum of (\d+) tags()")[0],
    "TAG_KEY_MOST": lambda: TAGGING["TagKey"]["max"],
    "TAG_VALUE_MOST": lambda: TAGGING["TagValue"]["max"],
}
# name: (what the model adds to it, or it leaves out, and why we keep to ours)
NARROWER: dict[str, tuple[Callable[[], object], object, str]] = {
    "PHASE1_DH_GROUPS": (
        lambda: set(map(int, values(tunnel("Phase1DHGroupNumbers")))) - set(aws.PHASE1_DH_GROUPS),
        {35},
        "35 to 37 are ML-KEM (IANA, IKEv2 key exchange methods): no device of the hand-over is described with them",
    ),
    "PHASE2_DH_GROUPS": (
        lambda: set(map(int, values(tunnel("Phase2DHGroupNumbers")))) - set(aws.PHASE2_DH_GROUPS),
        {35, 36, 37},
        "the same",
    ),
    "REKEY_FUZZ": (
        lambda: (between(tunnel("RekeyFuzzPercentage")), aws.REKEY_FUZZ),
        ((0, 100), (1, 100)),
        "the provider never sends 0",
    ),
}
# Blocks that Python's copy of IANA's registry confirms.
SPECIAL = ("LINK_LOCAL", "SHARED_SPACE", "RFC1918", "NOT_UNICAST", "NOT_PUBLIC", "BENCHMARK_SPACE")
GUIDE, QUOTA = (
    "only the user guide says it",
    "a quota: the account's own, told by Service Quotas alone",
)
UNCONFIRMED = {
    "BGP_PREFIXES_PER_VPN": QUOTA,
    "ASNS_RESERVED": "RFC 6793 and RFC 7300; AWS's own 7224 is in the user guide",
    "DEFAULT_VPC": GUIDE,
    "DH_GROUPS_WEAK": "a judgement: RFC 8247 and NIST SP 800-57",
    "ENDPOINT_POLICY_MOST": GUIDE,
    "WILDCARD_RUN_LEAST": GUIDE,
    "FIRST_TEN": GUIDE,
    "FIRST_TEN_REFUSED": GUIDE,
    "FLOWS_PER_NAT_ADDRESS": GUIDE,
    "INSIDE_CIDRS_DEFAULT": "our own choice, free of what AWS reserves",
    "INSIDE_CIDRS_NAMED": "our own choice, free of what AWS reserves",
    "NAT_ADDRESSES": QUOTA,
    "NEVER_PUBLIC": "IANA's registry confirms its parts, NOT_PUBLIC and RFC 5737's three blocks",
    "SENSITIVE_PORTS": "a judgement: Security Hub's control EC2.19",
    "SERVICE_COLLISION": GUIDE,
    "STATIC_ROUTES_PER_VPN": QUOTA,
    "STRONGEST_FIRST": "a judgement: RFC 8247 and RFC 8221",
    "TAGS_OF_OURS": "our own",
}


@pytest.mark.parametrize("name", CONFIRMED)
def test_a_fact_is_what_the_model_of_aws_says(name: str) -> None:
    assert getattr(aws, name) == CONFIRMED[name]()


@pytest.mark.parametrize("name", NARROWER)
def test_a_fact_that_is_narrower_leaves_out_what_is_listed(name: str) -> None:
    beside, expected, _why = NARROWER[name]
    assert beside() == expected


def test_phase_2_takes_the_algorithms_of_phase_1() -> None:
    """One table serves both phases."""
    assert values(tunnel("Phase2EncryptionAlgorithms")) == aws.ENCRYPTION
    assert values(tunnel("Phase2IntegrityAlgorithms")) == aws.INTEGRITY


@pytest.mark.parametrize("name", SPECIAL)
def test_a_block_that_is_not_public_is_in_the_registry(name: str) -> None:
    held = getattr(aws, name)
    blocks = [each[0] if isinstance(each, tuple) else each for each in (held if isinstance(held, tuple) else (held,))]
    multicast = [block for block in blocks if block.is_multicast]
    assert [block for block in blocks if not special(block)] == multicast


def facts_of(module: object) -> set[str]:
    return {name for name in vars(module) if name.isupper() and not name.startswith("_")}


def test_every_fact_is_confirmed_or_listed() -> None:
    """A new fact fails here until a model of AWS confirms it, or it is listed with the reason why nothing does."""
    assert facts_of(aws) == {*CONFIRMED, *NARROWER, *SPECIAL, *UNCONFIRMED}


# No model of AWS speaks of the services behind endpoints: name by name, and row by row, the page is beside the fact.
BY_PAGES = {
    "ACROSS_REGIONS": 'PrivateLink guide, "Cross-region enabled AWS services"',
    "CHINA_ENDPOINTS": "describe-vpc-endpoint-services in China alone lists them",
    "CLOSED": "Transfer Family, EndpointDetails: botocore's model of it says the same (below)",
    "ENDPOINTS": 'PrivateLink guide, "AWS services that integrate with AWS PrivateLink"',
    "GLOBAL_ENDPOINTS": 'PrivateLink guide, "AWS services that integrate with AWS PrivateLink"',
    "MORE_PORTS": "each service's own guide, beside it",
    "NAMED_OTHERWISE": 'PrivateLink guide, "AWS services that integrate with AWS PrivateLink"',
    "PORTS": "each service's own guide, beside it",
    "PORTS_UNTOLD": "nothing: what natlane says it does not know",
    "REGIONLESS_ENDPOINTS": 'PrivateLink guide, "AWS services that integrate with AWS PrivateLink"',
    "SOVEREIGN_ENDPOINTS": "describe-vpc-endpoint-services there alone lists them",
    "WITHOUT_POLICY": 'PrivateLink guide, "View endpoint policy support", and each service\'s own guide',
    "HTTPS": "RFC 9110",
    "QUOTAS": "the quota pages of VPC, Site-to-Site VPN and transit gateways, beside each",
}


def test_every_fact_of_endpoints_and_quotas_names_its_page() -> None:
    assert {*facts_of(endpoint_names), *facts_of(endpoint_services), *facts_of(quotas)} == set(BY_PAGES)


def test_every_quota_of_the_landing_zone_is_a_fact_with_its_page() -> None:
    """The defaults are written once, and AWS's codes are each another's."""
    assert {name: each.default for name, each in quotas.QUOTAS.items()} == Quotas()._asdict()
    assert {each.page for each in quotas.QUOTAS.values()} == {"VPC", "S2S", "TGW"}
    codes = [each.quota_code for each in quotas.QUOTAS.values()]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"L-[0-9A-F]{8}", code) for code in codes)


def test_no_model_of_aws_speaks_of_quotas() -> None:
    """Were a default in one of botocore's models, it would be held by that: what they say is a name and a link."""
    said = re.compile(
        r"(?:default|quota|limit)[^.]{0,40}?\b(5|50|60|500|5,000|10,000)\b[^.]{0,40}?(?:per|VPC|Region)", re.I
    )
    subjects = re.compile(
        r"^(?:Create|Attach|Associate)(?:Vpc|NatGateway|VpnGateway|VpnConnection|CustomerGateway|Transit)"
    )
    found = {name: said.search(done(name)) for name in EC2["operations"] if subjects.match(name)}
    assert len(found) > 20
    assert {name: match[0] for name, match in found.items() if match} == {}


def test_transfer_server_is_closed_as_its_model_says() -> None:
    shapes = MODELS.load_service_model("transfer", "service-2")["shapes"]
    text = _plain(shapes["EndpointDetails"]["documentation"])
    assert "After May 19, 2021, you won't be able to create a server using EndpointType=VPC_ENDPOINT" in text
    assert "19 May 2021" in endpoint_services.CLOSED["transfer.server"]


REGIONS = [(region, name) for name, each in PARTITIONS.items() for region in each["regions"] if "global" not in region]


@pytest.mark.parametrize(("region", "partition"), REGIONS)
def test_a_region_is_in_the_partition_that_botocore_says(region: str, partition: str) -> None:
    """The isolated partitions are none of ours: the rule region-partition refuses their regions by `-iso`."""
    assert aws.partition_of(region) == partition or ("-iso" in region and partition.startswith("aws-iso"))


# tunnelN_: the fact that the provider's rules must hold too
HELD_BY_PROVIDER: dict[str, tuple[str, object]] = {
    "dpd_timeout_action": ("one_of", list(aws.DPD_ACTIONS)),
    "dpd_timeout_seconds": ("range", [aws.DPD_TIMEOUT_LEAST, None]),
    "ike_versions": ("one_of", list(aws.IKE_VERSIONS)),
    "inside_cidr": ("not", [str(each) for each in aws.INSIDE_CIDRS_RESERVED]),
    "phase1_encryption_algorithms": ("one_of", list(aws.ENCRYPTION)),
    "phase1_integrity_algorithms": ("one_of", list(aws.INTEGRITY)),
    "phase1_lifetime_seconds": ("range", list(aws.PHASE1_LIFETIME)),
    "phase2_lifetime_seconds": ("range", list(aws.PHASE2_LIFETIME)),
    "rekey_margin_time_seconds": ("range", [aws.REKEY_MARGIN_LEAST, aws.PHASE2_LIFETIME[1] // 2]),
    "replay_window_size": ("range", list(aws.REPLAY_WINDOW)),
    "startup_action": ("one_of", list(aws.STARTUP_ACTIONS)),
}


@pytest.mark.parametrize("argument", HELD_BY_PROVIDER)
def test_the_provider_takes_what_our_facts_allow(argument: str) -> None:
    kind, expected = HELD_BY_PROVIDER[argument]
    assert RULES["aws_vpn_connection"][f"tunnel1_{argument}"]["value"][kind] == expected


def test_the_provider_keeps_logs_as_long_as_we_allow() -> None:
    kept = RULES["aws_cloudwatch_log_group"]["retention_in_days"]["value"]["one_of"]
    assert kept == [0, *aws.LOG_RETENTION_DAYS]


# VPC guide, "IAM role for publishing flow logs to CloudWatch Logs": at least these, and the two keys that keep others'
# flow logs from taking the role.
FLOW_LOG_ACTIONS = {
    *("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
    *("logs:DescribeLogGroups", "logs:DescribeLogStreams"),
}
FLOW_LOGS = sorted((*ROOT.glob("out/*/observability.tf"), *ROOT.glob("tests/roots/*/out/*/observability.tf")))


@pytest.mark.parametrize("path", FLOW_LOGS, ids=lambda path: path.parent.name)
def test_the_role_of_flow_logs_may_do_what_the_guide_asks_at_least(path: Path) -> None:
    text = path.read_text()
    assert set(re.findall(r'"(logs:\w+)"', text)) == FLOW_LOG_ACTIONS
    (account,) = re.findall(r'StringEquals = \{ "aws:SourceAccount" = "([0-9]{12})" \}', text)
    (source,) = re.findall(r'ArnLike      = \{ "aws:SourceArn" = "([^"]+)" \}', text)
    assert re.fullmatch(rf"arn:aws[a-z-]*:ec2:[a-z0-9-]+:{account}:vpc-flow-log/\*", source)
    assert 'Principal = { Service = "vpc-flow-logs.amazonaws.com" }' in text


def test_flow_logs_are_in_the_goldens() -> None:
    assert len(FLOW_LOGS) >= 9
