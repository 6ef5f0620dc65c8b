"""Services behind interface endpoints: their ports, policies and regions, by the service's short name.

Each row has the page that says it. A service that is in no row is taken to speak HTTPS where AWS's guide lists it; of
every other one natlane knows nothing, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from natlane.facts.endpoint_names import is_known, short_name

HTTPS: Final = 443
_GATEWAY: Final = (443, 1026, 1027, 1028, 1031, 2222)

# TCP; what the pages say of UDP is in MORE_PORTS.
PORTS: Final[Mapping[str, tuple[int, ...]]] = {
    "appstream.streaming": (443,),  # WorkSpaces Applications, "Creating and streaming from interface VPC endpoints"
    "backup-gateway": _GATEWAY,  # Backup, "Access Backup gateway using an interface endpoint"
    "cassandra": (9142,),  # Keyspaces, "Using Amazon Keyspaces with interface VPC endpoints"
    "datasync": (443,),  # DataSync, "Network requirements for VPC endpoints"
    "email-smtp": (25, 465, 587, 2465, 2587),  # SES, "Setting up VPC endpoints with Amazon SES"
    "highlander": (443, 4195),  # WorkSpaces, "Create and stream from interface VPC endpoints"
    "iot.data": (443, 8443, 8883),  # IoT Core, "Device communication protocols": HTTPS, MQTT
    "ivs.contribute": (443, 1935),  # Interactive Video Service, "Streaming from a VPC": RTMPS
    "storagegateway": _GATEWAY,  # Storage Gateway, "Activating a gateway in a virtual private cloud"
    "transfer.server": (22,),  # Transfer Family: servers of this type speak SFTP only
}


class MorePorts(NamedTuple):
    """What a service listens on beside its ports: in words, and the TCP ports among them."""

    text: str
    tcp: range


# Natlane does not open them by itself.
MORE_PORTS: Final[Mapping[str, MorePorts]] = {
    "appstream.streaming": MorePorts("1400 to 1499", range(1400, 1500)),  # the same page
    "datasync": MorePorts("1024 to 1064", range(1024, 1065)),  # the same page: control traffic of an agent
    "highlander": MorePorts("UDP 443 and 4195", range(0)),  # the same page
}
# Listed by AWS's guide, and no page that we found names their ports: mail by SMTP, EMR's write-ahead log, chains.
PORTS_UNTOLD: Final = frozenset(
    (
        *("emrwal.prod", "mail-manager-smtp.auth", "mail-manager-smtp.open"),
        *("managedblockchain.bitcoin.mainnet", "managedblockchain.bitcoin.testnet"),
    )
)
CLOSED: Final[Mapping[str, str]] = {
    "transfer.server": "AWS makes it for accounts only that used it before 19 May 2021",  # Transfer, EndpointDetails
}
# Full access only: AWS takes no policy of another kind. Whether one of the others takes one, only
# describe-vpc-endpoint-services says (VpcEndpointPolicySupported), and AWS has added to them over the years.
WITHOUT_POLICY: Final = frozenset(
    (
        # PrivateLink guide, "View endpoint policy support"
        *("appmesh-envoy-management", "apprunner.requests", "appstream.api", "appstream.streaming", "awsconnector"),
        "transfer.server",
        *("billing", "freetier", "tax"),  # Billing and Cost Management, "Access using an interface endpoint"
        "billingconductor",  # Billing Conductor, the same
        "email-smtp",  # SES, "Setting up VPC endpoints with Amazon SES", has none, which the guide calls the sign
        *("inspector-scan", "inspector2"),  # Inspector, "Access Amazon Inspector using an interface endpoint"
        *("iot.credentials", "iot.data"),  # IoT Core, "Using AWS IoT Core with interface VPC endpoints", Limitations
        "iotsitewise.data",  # IoT SiteWise, "Interface VPC endpoints": not for the data plane
        "neptune-graph",  # Neptune Analytics, "VPC endpoint policy": of the data plane only
        "verifiedpermissions",  # Verified Permissions, "Access Amazon Verified Permissions using AWS PrivateLink"
    )
)
# An endpoint in one region may lead to the service in another one (PrivateLink guide, "Cross-region enabled services").
ACROSS_REGIONS: Final = frozenset(
    (
        *("ecr.api", "ecr.dkr", "ecs", "ecs-fips", "iam", "kinesis-firehose", "kinesisanalytics"),
        *("kinesisanalytics-fips", "kms", "kms-fips", "lambda", "route53", "s3"),
    )
)


def ports_of(service: str) -> tuple[int, ...]:
    """The TCP ports that a service listens on; 443 where nothing is known."""
    name = short_name(service)
    if name.startswith("dsql-"):  # Aurora DSQL, a cluster's own service: PostgreSQL
        return (5432,)
    return PORTS.get(name.removesuffix("-fips"), (HTTPS,))


def are_ports_told(service: str) -> bool:
    """Whether AWS's pages say what a service listens on: not of somebody else's service, nor of a name not listed."""
    name = short_name(service)
    untold = name.removesuffix("-fips").removesuffix(".fips") in PORTS_UNTOLD
    return name.startswith("dsql-") or (is_known(service) and not untold)


def listens(service: str, port: int) -> bool:
    """Whether a service may listen on a TCP port: on any, where AWS's pages do not say on which."""
    more = MORE_PORTS.get(short_name(service))
    return not are_ports_told(service) or port in ports_of(service) or (more is not None and port in more.tcp)


def across_regions(service: str) -> bool:
    """Whether an endpoint may lead to this service in another region: some of AWS's, and what its owner lets."""
    return short_name(service) in ACROSS_REGIONS or short_name(service) == "vpce"


def takes_policy(service: str) -> bool:
    """Whether an endpoint policy of one's own may stand at an endpoint of this service."""
    return short_name(service) not in WITHOUT_POLICY and short_name(service) != "vpce"
