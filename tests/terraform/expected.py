"""What Terraform must resolve from a module, by resource address, computed from the plan it was rendered from.

Written without a look at the templates: argument names are the provider's, and only what the plan decides is in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from natlane.plan.load_balancers import LoadBalancer
from natlane.plan.plan import Plan
from natlane.plan.values import SecurityRule
from natlane.plan.vpn import Connection, Tunnel

Expected = tuple[str, dict[str, Any]]

# Of these types a module holds what the plan holds, and nothing else.
COVERED = (
    "aws_customer_gateway",
    "aws_ec2_transit_gateway_route",
    "aws_ec2_transit_gateway_vpc_attachment",
    "aws_lb",
    "aws_lb_listener",
    "aws_lb_target_group_attachment",
    "aws_nat_gateway",
    "aws_route",
    "aws_route_table_association",
    "aws_subnet",
    "aws_vpc",
    "aws_vpc_endpoint",
    "aws_vpc_ipv4_cidr_block_association",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_vpn_connection",
    "aws_vpn_connection_route",
)


def expected_of(plan: Plan) -> dict[str, dict[str, Any]]:
    """Every address and argument that the plan decides; nothing for a partner that is not active."""
    if not plan.active:
        return {}
    things = (*network(plan), *routes(plan), *vpn(plan), *inbound(plan))
    return dict(things)


def network(plan: Plan) -> Iterator[Expected]:
    """VPC N, its subnets and NAT gateways."""
    yield "aws_vpc.vpc_n", {"cidr_block": str(plan.vpc_cidr)}
    for secondary in plan.secondary_cidrs:
        address = f"aws_vpc_ipv4_cidr_block_association.{secondary.label}"
        yield address, {"cidr_block": str(secondary.cidr), "vpc_id": "aws_vpc.vpc_n.id"}
    for subnet in plan.subnets:
        placed = {"cidr_block": str(subnet.cidr), "availability_zone": subnet.zone, "vpc_id": str(subnet.vpc)}
        yield f"aws_subnet.{subnet.label}", placed
        association = {
            "subnet_id": f"aws_subnet.{subnet.label}.id",
            "route_table_id": f"aws_route_table.{subnet.route_table}.id",
        }
        yield f"aws_route_table_association.{subnet.label}", association
    for nat in plan.nat_gateways:
        gateway: dict[str, Any] = {
            "connectivity_type": "private",
            "private_ip": str(nat.private_ip),
            "subnet_id": f"aws_subnet.{nat.subnet}.id",
        }
        if nat.secondary_ips:
            gateway["secondary_private_ip_addresses"] = sorted(map(str, nat.secondary_ips))
        yield f"aws_nat_gateway.{nat.label}", gateway


def routes(plan: Plan) -> Iterator[Expected]:
    """Every route: in VPC N's tables, in our VPCs' and in the transit gateway's."""
    tgw = {"transit_gateway_id": plan.transit_gateway.id}
    vgw = {"gateway_id": "aws_vpn_gateway_attachment.vpc_n.vpn_gateway_id"}
    own = [
        *((route, {"nat_gateway_id": f"aws_nat_gateway.{route.nat_gateway}.id"}) for route in plan.routes_to_nat),
        *((route, vgw) for route in plan.routes_to_vgw),
        *((route, tgw) for route in plan.routes_to_tgw),
    ]
    for route, target in own:
        table = f"aws_route_table.{route.route_table}.id"
        place = {"route_table_id": table, "destination_cidr_block": str(route.destination)}
        yield f"aws_route.{route.label}", {**place, **target, "provider": "aws"}
    for theirs in plan.vpc_routes:
        place = {"route_table_id": theirs.route_table_id, "destination_cidr_block": str(theirs.destination)}
        yield f"aws_route.{theirs.label}", {**place, **tgw, "provider": _provider(theirs.provider)}
    subnets = [str(subnet) for subnet in plan.transit_gateway.attachment_subnets]
    attachment = {**tgw, "subnet_ids": subnets if len(subnets) > 1 else subnets[0], "vpc_id": "aws_vpc.vpc_n.id"}
    yield "aws_ec2_transit_gateway_vpc_attachment.vpc_n", attachment
    for transit in plan.transit_gateway.routes:
        yield (
            f"aws_ec2_transit_gateway_route.{transit.label}",
            {
                "destination_cidr_block": str(transit.destination),
                "transit_gateway_attachment_id": str(transit.attachment),
                "transit_gateway_route_table_id": str(transit.route_table),
                "provider": _provider(plan.transit_gateway.provider),
            },
        )


def vpn(plan: Plan) -> Iterator[Expected]:
    """Customer gateway, connection with every tunnel option, and static routes."""
    for each in plan.vpn.connections:
        asn = "bgp_asn_extended" if each.has_extended_asn else "bgp_asn"
        device = {"ip_address": str(each.customer_gateway_ip), asn: str(each.customer_gateway_asn)}
        yield f"aws_customer_gateway.{each.label}", device
        yield from _connection(plan, each)


def _connection(plan: Plan, each: Connection) -> Iterator[Expected]:
    connection = {
        "customer_gateway_id": f"aws_customer_gateway.{each.label}.id",
        "static_routes_only": plan.vpn.static_routes_only,
        "local_ipv4_network_cidr": str(plan.vpn.partner_side),
        "remote_ipv4_network_cidr": str(plan.vpn.our_side),
        "preshared_key_storage": plan.vpn.preshared_key_storage,
        "provider": _provider(plan.vpn.provider),
    }
    for tunnel in each.tunnels:
        connection |= {f"tunnel{tunnel.number}_{name}": value for name, value in tunnel_options(tunnel).items()}
    yield f"aws_vpn_connection.{each.label}", connection
    for route in each.routes:
        place = {"vpn_connection_id": f"aws_vpn_connection.{each.label}.id"}
        yield f"aws_vpn_connection_route.{route.label}", {**place, "destination_cidr_block": str(route.destination)}


def tunnel_options(tunnel: Tunnel) -> dict[str, Any]:
    """One tunnel's options by the provider's names, without tunnelN_; sets sorted, as Terraform tells them."""
    options = tunnel.options
    written: dict[str, Any] = {
        "inside_cidr": str(options.inside_cidr),
        "ike_versions": sorted(options.ike_versions),
        "rekey_margin_time_seconds": options.rekey.margin,
        "rekey_fuzz_percentage": options.rekey.fuzz,
        "replay_window_size": options.replay_window,
        "startup_action": options.startup_action,
        "dpd_timeout_action": options.dpd.action,
        "dpd_timeout_seconds": options.dpd.timeout,
    }
    for name, phase in (("phase1", options.phase1), ("phase2", options.phase2)):
        written |= {
            f"{name}_encryption_algorithms": sorted(phase.encryption),
            f"{name}_integrity_algorithms": sorted(phase.integrity),
            f"{name}_dh_group_numbers": sorted(phase.dh_groups),
            f"{name}_lifetime_seconds": phase.lifetime,
        }
    return written


def inbound(plan: Plan) -> Iterator[Expected]:
    """Endpoints and load balancers with their pinned addresses, listeners, targets and security rules."""
    for endpoint in plan.endpoints:
        pinned = [
            {"subnet_id": f"aws_subnet.{place.subnet}.id", "ipv4": str(place.address)} for place in endpoint.addresses
        ]
        yield (
            f"aws_vpc_endpoint.{endpoint.label}",
            {"service_name": endpoint.service_name, "subnet_configuration": pinned},
        )
    yield from _rules("ingress", tuple(rule for group in plan.endpoint_groups for rule in group.ingress))
    for nlb in (*plan.inbound, *plan.outbound):
        yield from _load_balancer(nlb)


def _provider(alias: str | None) -> str:
    """As Terraform names it: `aws` is the network account's own."""
    return "aws" if alias is None else str(alias)


def _load_balancer(nlb: LoadBalancer) -> Iterator[Expected]:
    pinned = [
        {"subnet_id": f"aws_subnet.{place.subnet}.id", "private_ipv4_address": str(place.address)}
        for place in nlb.addresses
    ]
    yield f"aws_lb.{nlb.label}", {"internal": True, "load_balancer_type": "network", "subnet_mapping": pinned}
    for service in nlb.services:
        yield f"aws_lb_listener.{service.label}", {"port": service.port, "protocol": "TCP"}
        for target in service.targets:
            group = f"aws_lb_target_group.{target.target_group}.arn"
            registered = {"target_group_arn": group, "target_id": str(target.address), "port": target.port}
            yield f"aws_lb_target_group_attachment.{target.label}", registered
    yield from _rules("ingress", nlb.ingress)
    yield from _rules("egress", nlb.egress)


def _rules(direction: str, rules: tuple[SecurityRule, ...]) -> Iterator[Expected]:
    for rule in rules:
        ports = {"ip_protocol": "tcp", "from_port": rule.port, "to_port": rule.port}
        group = f"aws_security_group.{rule.group}.id"
        address = f"aws_vpc_security_group_{direction}_rule.{rule.label}"
        yield address, {"security_group_id": group, "cidr_ipv4": str(rule.cidr), **ports}
