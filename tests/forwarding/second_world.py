"""The network as the second walk sees it, read from Terraform texts and a landing zone.

It shares no code with natlane.forwarding or natlane.network.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from ipaddress import IPv4Address, IPv4Network
from typing import Any, NamedTuple

import hcl2
import yaml

Body = dict[str, Any]
Things = dict[str, dict[str, Body]]  # by type, then by name: `partner/type.label`

READ = hcl2.SerializationOptions(with_comments=False, explicit_blocks=False, strip_string_quotes=True)
LOCAL = re.compile(r"\$\{local\.(\w+)\}")
REFERENCE = re.compile(r"\$\{(\w+)\.(\w+)\.(\w+)\}")


class Prefix(NamedTuple):
    network: int
    mask: int


class Route(NamedTuple):
    prefix: Prefix
    target: str
    static: bool = True


class Interface(NamedTuple):
    address: int
    subnet: str
    owner: str


class World(NamedTuple):
    """All that a packet can meet. What the landing zone names has the name it has there."""

    things: Things
    cidrs: dict[str, list[Prefix]]  # of every VPC
    routes: dict[str, list[Route]]  # of every table of VPCs and of the transit gateway; the best come first
    table_of: dict[str, str]  # subnets and attachments to the tables that decide for them
    tables_of: dict[str, list[str]]  # our VPCs to their tables
    vpc_of: dict[str, str]  # our tables and attachments to our VPCs
    attachment_of: dict[tuple[str, str], str]  # a VPC and a transit gateway to what joins them
    entries: dict[str, dict[str, str]]  # attachments to the subnet that they enter in each zone
    interfaces: dict[tuple[str, int], Interface]  # a VPC and an address to who has it
    gateway_of: dict[str, str]  # a VPC to its virtual private gateway


@cache
def address_of(text: str) -> int:
    return int(IPv4Address(text))


@cache
def prefix_of(text: str) -> Prefix:
    network = IPv4Network(text)
    return Prefix(int(network.network_address), int(network.netmask))


def inside(prefixes: Iterable[Prefix], address: int) -> bool:
    return any(address & mask == network for network, mask in prefixes)


def is_on(value: object) -> bool:
    return str(value).lower() == "true"


def best(world: World, table: str, address: int) -> str:
    """The target of the longest route, static before propagated; empty where there is none."""
    return next((route.target for route in world.routes.get(table, ()) if inside([route.prefix], address)), "")


@cache
def resources(text: str) -> dict[tuple[str, str], Body]:
    found = hcl2.loads(text, serialization_options=READ)
    named = {
        (kind, label): body
        for block in found.get("resource", [])
        for kind, labelled in block.items()
        for label, body in labelled.items()
    }
    once = {("local", name): value for block in found.get("locals", []) for name, value in block.items()}
    return named | once


def settled(partner: str, module: Mapping[tuple[str, str], Body], value: Any) -> Any:
    """A value whose references became names, or the plain values that they lead to."""
    if isinstance(value, list):
        return [settled(partner, module, item) for item in value]
    if isinstance(value, dict):
        return {key: settled(partner, module, item) for key, item in value.items()}
    local = LOCAL.fullmatch(value) if isinstance(value, str) else None
    if local and ("local", local[1]) in module:
        return settled(partner, module, module["local", local[1]])
    reference = REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if reference is None:
        return value
    kind, label, argument = reference.groups()
    if kind == "aws_ec2_transit_gateway_vpc_attachment_accepter":
        argument = "transit_gateway_attachment_id"  # Its own id is the attachment's.
    body = module.get((kind, label), {})
    return settled(partner, module, body[argument]) if argument in body else f"{partner}/{kind}.{label}"


def things_of(modules: Mapping[str, Iterable[str]]) -> Things:
    things: Things = defaultdict(dict)
    for partner, texts in modules.items():
        module = {key: body for text in texts for key, body in resources(text).items()}
        for (kind, label), body in module.items():
            things[kind][f"{partner}/{kind}.{label}"] = settled(partner, module, body)
    return things


def written_routes(things: Things) -> Iterator[tuple[str, Route]]:
    for body in things["aws_route"].values():
        targets = [body[key] for key in ("nat_gateway_id", "transit_gateway_id", "gateway_id") if key in body]
        yield body["route_table_id"], Route(prefix_of(body["destination_cidr_block"]), *targets[:1])
    for body in things["aws_ec2_transit_gateway_route"].values():
        target = body.get("transit_gateway_attachment_id", "")  # A black hole has none.
        yield body["transit_gateway_route_table_id"], Route(prefix_of(body["destination_cidr_block"]), target)


def propagated_routes(things: Things, zone: Body, cidrs: Mapping[str, list[Prefix]]) -> Iterator[tuple[str, Route]]:
    """Our VPCs are in the tables of all our VPCs and in that of the partners; the rest is what modules propagate."""
    vpcs = zone["vpcs"].values()
    ours = dict.fromkeys(vpc["transit_route_table"] for vpc in vpcs)
    if "partner_route_table" in zone["transit_gateway"]:
        ours[zone["transit_gateway"]["partner_route_table"]] = None
    spread = [(table, vpc["attachment"]) for table in ours for vpc in vpcs]
    for body in things["aws_ec2_transit_gateway_route_table_propagation"].values():
        spread += [(body["transit_gateway_route_table_id"], body["transit_gateway_attachment_id"])]
    attached = {vpc["attachment"]: name for name, vpc in zone["vpcs"].items()}
    attached |= {name: body["vpc_id"] for name, body in things["aws_ec2_transit_gateway_vpc_attachment"].items()}
    for table, attachment in spread:
        for prefix in cidrs.get(attached.get(attachment, ""), ()):
            yield table, Route(prefix, attachment, static=False)


def pinned(things: Things) -> Iterator[Interface]:
    for name, body in things["aws_nat_gateway"].items():
        for address in [body["private_ip"], *body.get("secondary_private_ip_addresses", [])]:
            yield Interface(address_of(address), body["subnet_id"], name)
    for name, body in things["aws_vpc_endpoint"].items():
        for pin in body.get("subnet_configuration", []):
            if pin["subnet_id"] in body.get("subnet_ids", []):
                yield Interface(address_of(pin["ipv4"]), pin["subnet_id"], name)
    for name, body in things["aws_lb"].items():
        for pin in body.get("subnet_mapping", []):
            yield Interface(address_of(pin["private_ipv4_address"]), pin["subnet_id"], name)


def world_of(landing_zone: str, modules: Mapping[str, Iterable[str]]) -> World:
    """`landing_zone` is the file's text; `modules` has the texts of the .tf files of each partner."""
    zone: Body = yaml.safe_load(landing_zone)
    vpcs, things = zone["vpcs"], things_of(modules)
    subnets, attachments = things["aws_subnet"], things["aws_ec2_transit_gateway_vpc_attachment"]

    cidrs = defaultdict(list, {name: [prefix_of(cidr) for cidr in vpc["cidrs"]] for name, vpc in vpcs.items()})
    for name, body in [*things["aws_vpc"].items(), *things["aws_vpc_ipv4_cidr_block_association"].items()]:
        cidrs[body.get("vpc_id", name)].append(prefix_of(body["cidr_block"]))

    routes: dict[str, list[Route]] = defaultdict(list)
    for table, route in [*written_routes(things), *propagated_routes(things, zone, cidrs)]:
        routes[table].append(route)
    for found in routes.values():
        found.sort(key=lambda route: (-route.prefix.mask, not route.static))

    table_of = {vpc["attachment"]: vpc["transit_route_table"] for vpc in vpcs.values()}
    for body in things["aws_route_table_association"].values():
        table_of[body["subnet_id"]] = body["route_table_id"]
    for body in things["aws_ec2_transit_gateway_route_table_association"].values():
        table_of[body["transit_gateway_attachment_id"]] = body["transit_gateway_route_table_id"]

    attachment_of = {(name, zone["transit_gateway"]["id"]): vpc["attachment"] for name, vpc in vpcs.items()}
    attachment_of |= {(body["vpc_id"], body["transit_gateway_id"]): name for name, body in attachments.items()}
    return World(
        things=things,
        cidrs=cidrs,
        routes=routes,
        table_of=table_of,
        tables_of={name: vpc["route_tables"] for name, vpc in vpcs.items()},
        vpc_of={key: name for name, vpc in vpcs.items() for key in (vpc["attachment"], *vpc["route_tables"])},
        attachment_of=attachment_of,
        entries={
            name: {subnets[subnet]["availability_zone"]: subnet for subnet in body.get("subnet_ids", [])}
            for name, body in attachments.items()
        },
        interfaces={(subnets[each.subnet]["vpc_id"], each.address): each for each in pinned(things)},
        gateway_of={body["vpc_id"]: body["vpn_gateway_id"] for body in things["aws_vpn_gateway_attachment"].values()},
    )
