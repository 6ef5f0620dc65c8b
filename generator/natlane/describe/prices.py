"""`prices` of the landing zone, `expected_gb` of a descriptor: fields that only the cost report uses."""

import re
from dataclasses import dataclass
from typing import Annotated, Final, NamedTuple

from natlane.describe.field_types import Absent, Reading, Schema, Shape, shown
from natlane.describe.nodes import Node, Path, Scalar
from natlane.describe.scalar_types import Integer

_AMOUNT: Final = re.compile(r"(0|[1-9][0-9]{0,5})(\.[0-9]{1,10})?")
_MOST_GB: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class Amount(Shape):
    """An amount of money as its decimal digits, so that it stays exact."""

    def read(self, reading: Reading, node: Node, field: Path) -> str | Absent:
        if isinstance(node, Scalar) and node.plain and _AMOUNT.fullmatch(node.text):
            return node.text
        message = f"needs an amount, not {shown(node)}"
        hint = "write it like 0.052, without quotes, currency or exponent"
        return reading.refuse("wrong-type", node, field, message, hint)

    def schema(self) -> Schema:
        return {"type": "number", "minimum": 0, "exclusiveMaximum": 1_000_000}


_AMOUNT_OF: Final = Amount()


class Prices(NamedTuple):
    """Prices of ours, in the currency that AWS bills the region in: by contract, or where natlane knows none."""

    nat_gateway_hour: Annotated[str | None, _AMOUNT_OF, "an hour of a NAT gateway"] = None
    nat_gateway_gb: Annotated[str | None, _AMOUNT_OF, "a gigabyte through a NAT gateway"] = None
    vpn_connection_hour: Annotated[str | None, _AMOUNT_OF, "an hour of a VPN connection, both tunnels"] = None
    large_vpn_connection_hour: Annotated[
        str | None, _AMOUNT_OF, "an hour of a VPN connection with `bandwidth: large`"
    ] = None
    accelerator_hour: Annotated[str | None, _AMOUNT_OF, "an hour of a tunnel's accelerator"] = None
    attachment_hour: Annotated[str | None, _AMOUNT_OF, "an hour of a transit gateway attachment"] = None
    transit_gateway_gb: Annotated[str | None, _AMOUNT_OF, "a gigabyte sent to the transit gateway"] = None
    endpoint_hour: Annotated[str | None, _AMOUNT_OF, "an hour of an interface endpoint in one zone"] = None
    endpoint_gb: Annotated[str | None, _AMOUNT_OF, "a gigabyte through an interface endpoint"] = None
    load_balancer_hour: Annotated[str | None, _AMOUNT_OF, "an hour of a network load balancer"] = None
    load_balancer_unit: Annotated[str | None, _AMOUNT_OF, "a capacity unit of a network load balancer"] = None
    public_ipv4_hour: Annotated[str | None, _AMOUNT_OF, "an hour of a public IPv4 address"] = None
    alarm_metric: Annotated[str | None, _AMOUNT_OF, "a month of an alarm, for each metric in it"] = None
    log_gb: Annotated[str | None, _AMOUNT_OF, "a gigabyte of flow logs and tunnel logs"] = None
    secret: Annotated[str | None, _AMOUNT_OF, "a month of a secret"] = None
    internet_gb: Annotated[str | None, _AMOUNT_OF, "a gigabyte sent over the internet, as the VPN does"] = None


class ExpectedGb(NamedTuple):
    """The gigabytes of a month that are expected: only the cost depends on them."""

    to_partner: Annotated[int, Integer(0, _MOST_GB), "what we send to the partner"] = 0
    from_partner: Annotated[int, Integer(0, _MOST_GB), "what the partner sends to us"] = 0
    logs: Annotated[int, Integer(0, _MOST_GB), "what flow logs and tunnel logs take in"] = 0
