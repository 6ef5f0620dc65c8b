"""Services behind interface endpoints: their ports, policies and regions, by the service's short name.

Sources: PrivateLink guide, "AWS services that integrate with AWS PrivateLink", "Cross-region enabled AWS services" and
"Control access to VPC endpoints using endpoint policies"; of each other port the service's own guide, named beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from natlane.facts import aws

HTTPS: Final = 443

# TCP; every other service of AWS speaks HTTPS on 443.
PORTS: Final[Mapping[str, tuple[int, ...]]] = {
    "cassandra": (9142,),  # Keyspaces, "Using Amazon Keyspaces with interface VPC endpoints"
    "cassandra-fips": (9142,),
    "email-smtp": (25, 465, 587, 2465, 2587),  # SES, "Connecting to an Amazon SES SMTP endpoint"
    "greengrass": (443, 8443),  # IoT Greengrass, "Allow device traffic through a proxy or firewall"
    "iot.data": (443, 8443, 8883),  # IoT Core, "Device communication protocols": HTTPS, MQTT
    "storagegateway": (443, 1026, 1027, 1028, 1031, 2222),  # Storage Gateway, "Required ports"
    "transfer.server": (22,),  # Transfer Family, SFTP
}
# What such a service listens on beside its ports, and natlane does not open by itself.
MORE_PORTS: Final[Mapping[str, str]] = {
    "appstream.streaming": "1400 to 1499",  # AppStream 2.0, "Streaming from interface VPC endpoints"
    "datasync": "1024 to 1064",  # DataSync, "Network requirements for VPC endpoints"
}
CLOSED: Final[Mapping[str, str]] = {
    "transfer.server": "AWS makes it for accounts only that used it before 19 May 2021",
}
# Full access only: AWS takes no policy of another kind (the guide, "Considerations"; SES and Transfer Family).
WITHOUT_POLICY: Final = frozenset(("email-smtp", "transfer.server"))
# An endpoint in one region may lead to the service in another one.
ACROSS_REGIONS: Final = frozenset(
    (
        *("ecr.api", "ecr.dkr", "ecs", "iam", "kinesis-firehose", "kinesisanalytics", "kinesisanalytics-fips"),
        *("kms", "kms-fips", "lambda", "route53", "s3"),
    )
)
_PREFIX: Final = re.compile(r"(?:cn\.com\.amazonaws|com\.amazonaws|eu\.amazonaws|aws\.api|api\.aws)\.(?P<rest>.+)")
_REGION: Final = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]")


def short_name(service: str) -> str:
    """`com.amazonaws.eu-west-1.iot.data` as `iot.data`; a PrivateLink service of somebody else as `vpce`."""
    match = _PREFIX.fullmatch(service)
    if match is None:
        return service
    parts = [part for part in match["rest"].split(".") if not _REGION.fullmatch(part)]
    return "vpce" if parts[0] == "vpce" else ".".join(parts).removesuffix(".cn")


def ports_of(service: str) -> tuple[int, ...]:
    """The TCP ports that a service of AWS listens on; of somebody else's service 443 is taken."""
    name = short_name(service)
    if name.startswith("dsql-"):  # Aurora DSQL, a cluster's own service: PostgreSQL
        return (5432,)
    return PORTS.get(name, (HTTPS,))


def region_of(service: str, region: str) -> str:
    """The region of the service that a whole name means; the endpoint's own where the name has none."""
    if service.removeprefix("com.amazonaws.") in aws.GLOBAL_ENDPOINTS and aws.partition_of(region) == "aws":
        return "us-east-1"
    if not aws.is_whole_name(service):
        return region
    named = [part for part in service.split(".") if _REGION.fullmatch(part)]
    return region if region in named or not named else named[0]


def across_regions(service: str) -> bool:
    """Whether an endpoint may lead to this service in another region: some of AWS's, and what its owner lets."""
    return short_name(service) in ACROSS_REGIONS or short_name(service) == "vpce"


def takes_policy(service: str) -> bool:
    """Whether an endpoint policy of one's own may stand at an endpoint of this service."""
    return short_name(service) not in WITHOUT_POLICY and short_name(service) != "vpce"
