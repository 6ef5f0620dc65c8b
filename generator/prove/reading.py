"""A module's blocks become typed values; what could carry a route and is not understood becomes a problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError
from typing import Final

from generator.problems import Problem
from generator.prove.hcl import Block, Value
from generator.prove.module import Module
from generator.prove.tables import Origin

_ANY: Final = frozenset(("provider", "depends_on", "lifecycle", "tags", "timeouts", "name", "description"))

# Every resource that can carry a packet, with all that natlane knows about it. An argument that is not
# here could send packets where the proof does not look.
UNDERSTOOD: Final[Mapping[str, frozenset[str]]] = {
    "aws_vpc": frozenset(("cidr_block", "enable_dns_support", "enable_dns_hostnames", "instance_tenancy")),
    "aws_vpc_ipv4_cidr_block_association": frozenset(("vpc_id", "cidr_block")),
    "aws_default_security_group": frozenset(("vpc_id",)),
    "aws_subnet": frozenset(("vpc_id", "availability_zone", "cidr_block", "map_public_ip_on_launch")),
    "aws_route_table": frozenset(("vpc_id", "propagating_vgws")),
    "aws_route_table_association": frozenset(("subnet_id", "route_table_id")),
    "aws_vpn_gateway_route_propagation": frozenset(("vpn_gateway_id", "route_table_id")),
    "aws_route": frozenset(
        ("route_table_id", "destination_cidr_block", "nat_gateway_id", "gateway_id", "transit_gateway_id")
    ),
    "aws_nat_gateway": frozenset(("connectivity_type", "subnet_id", "private_ip", "secondary_private_ip_addresses")),
    "aws_customer_gateway": frozenset(
        ("type", "ip_address", "bgp_asn", "bgp_asn_extended", "device_name", "certificate_arn")
    ),
    "aws_vpn_gateway": frozenset(("amazon_side_asn", "vpc_id", "availability_zone")),
    "aws_vpn_gateway_attachment": frozenset(("vpc_id", "vpn_gateway_id")),
    "aws_vpn_connection": frozenset(
        (
            "type",
            "customer_gateway_id",
            "vpn_gateway_id",
            "transit_gateway_id",
            "static_routes_only",
            "enable_acceleration",
            "preshared_key_storage",
            "local_ipv4_network_cidr",
            "remote_ipv4_network_cidr",
            "outside_ip_address_type",
            "tunnel_bandwidth",
        )
    ),
    "aws_vpn_connection_route": frozenset(("vpn_connection_id", "destination_cidr_block")),
    "aws_ec2_transit_gateway_vpc_attachment": frozenset(
        (
            "transit_gateway_id",
            "vpc_id",
            "subnet_ids",
            "dns_support",
            "ipv6_support",
            "appliance_mode_support",
            "security_group_referencing_support",
            "transit_gateway_default_route_table_association",
            "transit_gateway_default_route_table_propagation",
        )
    ),
    "aws_ec2_transit_gateway_vpc_attachment_accepter": frozenset(
        (
            "transit_gateway_attachment_id",
            "transit_gateway_default_route_table_association",
            "transit_gateway_default_route_table_propagation",
        )
    ),
    "aws_ec2_transit_gateway_route_table": frozenset(("transit_gateway_id",)),
    "aws_ec2_transit_gateway_route_table_association": frozenset(
        (
            "transit_gateway_attachment_id",
            "transit_gateway_route_table_id",
            "replace_existing_association",
        )
    ),
    "aws_ec2_transit_gateway_route_table_propagation": frozenset(
        (
            "transit_gateway_attachment_id",
            "transit_gateway_route_table_id",
        )
    ),
    "aws_ec2_transit_gateway_route": frozenset(
        (
            "transit_gateway_route_table_id",
            "destination_cidr_block",
            "transit_gateway_attachment_id",
            "blackhole",
        )
    ),
    "aws_security_group": frozenset(("vpc_id", "name_prefix", "revoke_rules_on_delete")),
    "aws_vpc_security_group_ingress_rule": frozenset(
        (
            "security_group_id",
            "cidr_ipv4",
            "ip_protocol",
            "from_port",
            "to_port",
        )
    ),
    "aws_vpc_security_group_egress_rule": frozenset(
        (
            "security_group_id",
            "cidr_ipv4",
            "ip_protocol",
            "from_port",
            "to_port",
        )
    ),
    "aws_vpc_endpoint": frozenset(
        (
            "vpc_id",
            "vpc_endpoint_type",
            "service_name",
            "subnet_ids",
            "security_group_ids",
            "private_dns_enabled",
            "policy",
            "subnet_configuration",
            "auto_accept",
            "ip_address_type",
            "dns_options",
        )
    ),
    "aws_lb": frozenset(
        (
            "internal",
            "load_balancer_type",
            "security_groups",
            "enable_cross_zone_load_balancing",
            "enable_deletion_protection",
            "subnet_mapping",
            "dns_record_client_routing_policy",
            "access_logs",
        )
    ),
    "aws_lb_target_group": frozenset(
        (
            "vpc_id",
            "target_type",
            "protocol",
            "port",
            "preserve_client_ip",
            "health_check",
            "deregistration_delay",
            "connection_termination",
            "load_balancing_cross_zone_enabled",
            "proxy_protocol_v2",
            "stickiness",
            "target_health_state",
        )
    ),
    "aws_lb_target_group_attachment": frozenset(("target_group_arn", "target_id", "port", "availability_zone")),
    "aws_lb_listener": frozenset(
        (
            "load_balancer_arn",
            "protocol",
            "port",
            "default_action",
            "tcp_idle_timeout_seconds",
        )
    ),
}

# What carries no packet: logs, alarms, rights, keys.
HARMLESS: Final = (
    "aws_cloudwatch_",
    "aws_iam_",
    "aws_flow_log",
    "aws_sns_",
    "aws_kms_",
    "aws_secretsmanager_",
    "aws_ssm_parameter",
    "aws_ec2_tag",
    "terraform_data",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A module while it is read: what cannot be read is noted, and read as something harmless in the meantime.

    Whoever uses what was read must first see that `problems` is empty.
    """

    module: Module
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, block: Block, name: str, message: str, hint: str = "", code: str = "proof-value") -> None:
        """Note a problem at an argument, or at the block where it has none of that name."""
        line = block.attributes[name].line if name in block.attributes else block.line
        self.problems.append(Problem(code, "error", block.path, line, 1, address_of(block), message, hint))

    def value(self, block: Block, name: str) -> Value:
        """An argument, None where it is absent."""
        attribute = block.attributes.get(name)
        return attribute.value if attribute else None

    def text(self, block: Block, name: str) -> str:
        """An argument that must be a literal string."""
        value = self.value(block, name)
        if isinstance(value, str):
            return value
        self.wrong(block, name, f"{name} is not a literal string" if name in block.attributes else f"{name} is missing")
        return ""

    def integer(self, block: Block, name: str) -> int:
        """An argument that must be a whole number, quoted or not."""
        value = self.value(block, name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and value.isdecimal():
            return int(value)
        self.wrong(block, name, f"{name} is not a whole number" if name in block.attributes else f"{name} is missing")
        return 0

    def flag(self, block: Block, name: str, default: bool) -> bool:
        """A true or false, quoted or not; `default` is the provider's own."""
        if name not in block.attributes:
            return default
        value = self.value(block, name)
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        self.wrong(block, name, f"{name} is not true or false")
        return default

    def cidr(self, block: Block, name: str) -> IPv4Network:
        """An argument that must be an IPv4 prefix without host bits."""
        text = self.text(block, name)
        try:
            return IPv4Network(text)
        except (AddressValueError, NetmaskValueError, ValueError):
            if text:
                self.wrong(block, name, f"{name}: {text!r} is not an IPv4 prefix")
            return IPv4Network("255.255.255.255/32")

    def address(self, block: Block, name: str) -> IPv4Address:
        """An argument that must be an IPv4 address."""
        text = self.text(block, name)
        return self._address(block, name, text) if text else IPv4Address("255.255.255.255")

    def addresses(self, block: Block, name: str) -> tuple[IPv4Address, ...]:
        """A list of IPv4 addresses, empty where the argument is absent."""
        return tuple(self._address(block, name, str(item)) for item in self._items(block, name))

    def _address(self, block: Block, name: str, text: str) -> IPv4Address:
        try:
            return IPv4Address(text)
        except AddressValueError:
            self.wrong(block, name, f"{name}: {text!r} is not an IPv4 address")
            return IPv4Address("255.255.255.255")

    def reference(self, block: Block, name: str, *forms: str) -> str:
        """The label of the resource that an argument refers to, in one of the forms `aws_subnet.id`."""
        value = self.value(block, name)
        if value is None:
            self.wrong(block, name, f"{name} is missing")
            return ""
        return self._label(block, name, value, forms)

    def references(self, block: Block, name: str, form: str) -> tuple[str, ...]:
        """The labels of a list of references of one form, empty where the argument is absent."""
        return tuple(self._label(block, name, item, (form,)) for item in self._items(block, name))

    def _items(self, block: Block, name: str) -> tuple[Value, ...]:
        value = self.value(block, name)
        if isinstance(value, tuple):
            return value
        if value is not None:
            self.wrong(block, name, f"{name} is not a list")
        return ()

    def _label(self, block: Block, name: str, value: Value, forms: tuple[str, ...]) -> str:
        found = self.referred(value, *forms)
        if not found:
            wanted = " or ".join(form.replace(".", ".<label>.") for form in forms)
            self.wrong(block, name, f"{name} does not refer to {wanted}", code="proof-not-understood")
        return found

    def referred(self, value: Value, *forms: str) -> str:
        """The label in a reference of one of these forms, empty where it is something else."""
        found = self.module.resolve(value)
        if found is None or found[0].kind != "resource" or f"{found[0].labels[0]}.{found[1]}" not in forms:
            return ""
        return found[0].labels[1]


def address_of(block: Block) -> str:
    """`aws_subnet.public_a`; a block inside a resource has no address and gives its own kind."""
    return ".".join(block.labels) if block.kind == "resource" else ".".join((block.kind, *block.labels))


def origin_of(block: Block) -> Origin:
    """Where a block stands."""
    return Origin(address_of(block), block.path, block.line)


def check_understood(reading: Reading) -> None:
    """Every resource is known to carry packets in a known way, or to carry none."""
    for block in reading.module.blocks:
        if block.kind != "resource" or block.labels[0].startswith(HARMLESS):
            continue
        kind = block.labels[0]
        if kind not in UNDERSTOOD:
            reading.wrong(
                block,
                "",
                f"{kind} is not known to the proof, so nothing can be said about its packets",
                "leave it out of this module",
                "proof-not-understood",
            )
            continue
        known = UNDERSTOOD[kind] | _ANY
        for name in (*block.attributes, *(inner.kind for inner in block.blocks)):
            if name not in known and not (kind == "aws_vpn_connection" and name.startswith(("tunnel1_", "tunnel2_"))):
                reading.wrong(
                    block,
                    name,
                    f"{name} is not known to the proof, so nothing can be said about its packets",
                    code="proof-not-understood",
                )
