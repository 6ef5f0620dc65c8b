"""The `grants` of the landing zone: what a descriptor may take without a change of landing-zone.yaml."""

from ipaddress import IPv4Network
from typing import Annotated, NamedTuple

from natlane.describe.field_types import Listing, Record
from natlane.describe.scalar_types import Cidr, Integer, Text

_VPC = Text("a VPC's name", r"[a-z][a-z0-9]*(-[a-z0-9]+)*", 31, "production")
_KEY = Text("a tag key", "", 1_024)
_SERVICE = Text("a service's short name, or a whole name", r"[a-z][a-z0-9_.-]{1,127}", 128, "execute-api")


class InboundGrant(NamedTuple):
    """Where partners may enter."""

    vpc: Annotated[str, _VPC, "which of our VPCs"]
    ports: Annotated[tuple[int, ...], Listing(Integer(1, 65_535), 1), "the ports of its services' targets"]
    targets: Annotated[
        tuple[IPv4Network, ...] | None, Listing(Cidr(), 1), "blocks that the targets lie in; absent: the whole VPC"
    ] = None


class Grants(NamedTuple):
    """What partners may take. What is absent is not limited, but public networks and our tags are never taken."""

    reach: Annotated[
        tuple[str, ...] | None, Listing(_VPC), "VPCs that partners' `reach` may name; absent: all of vpcs"
    ] = None
    inbound: Annotated[
        tuple[InboundGrant, ...] | None,
        Listing(Record(InboundGrant)),
        "what partners' inbound services may lead to; absent: every port in every VPC, with a warning for some",
    ] = None
    endpoints: Annotated[
        tuple[str, ...] | None, Listing(_SERVICE), "services that partners' endpoints may name; absent: all"
    ] = None
    public_cidrs: Annotated[
        tuple[IPv4Network, ...],
        Listing(Cidr()),
        "public blocks that partner_cidrs and outbound.cidr may lie in; private blocks need no grant",
    ] = ()
    own_tags: Annotated[tuple[str, ...], Listing(_KEY), "keys of our tags that a partner may give another value"] = ()
    reserved_tags: Annotated[tuple[str, ...], Listing(_KEY), "further tag keys that no partner may have"] = ()
