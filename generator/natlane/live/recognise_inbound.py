"""Recognition of interface endpoints in AWS: the `inbound.endpoints` of a descriptor."""

from __future__ import annotations

import json
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from natlane.addresses import last_usable
from natlane.facts.endpoint_names import endpoint_service_name, short_name
from natlane.facts.endpoint_services import ports_of
from natlane.live import calls
from natlane.live.calls import Item
from natlane.live.held import Held
from natlane.problems import Problem, file_problem

Fields = dict[str, Any]


def endpoints_of(held: Held, public: list[IPv4Network]) -> tuple[list[Fields], list[Problem]]:
    """The endpoints in the order of their addresses downwards, as natlane places them."""
    problems = _others(held)
    found = []
    for each in held.in_vpc(calls.ENDPOINTS):
        if each.get("VpcEndpointType") != "Interface":
            message = f"is a {each.get('VpcEndpointType')} endpoint, which is none of the pattern's"
            problems.append(file_problem("adopt-endpoint", each["VpcEndpointId"], message, "delete it"))
            continue
        offset = _offset(held, each, public)
        if offset is None:
            message = "has not the same place in each public subnet"
            hint = "an address that the partner calls cannot be changed: write the descriptor by hand"
            problems.append(file_problem("adopt-endpoint", each["VpcEndpointId"], message, hint))
        else:
            found.append((offset, each))
    free = last_usable(public[0]) if public else 0
    fields = []
    for offset, each in sorted(found, key=lambda one: (-one[0], one[1]["ServiceName"])):
        pinned = offset != free
        free -= 0 if pinned else 1
        fields.append(_fields(held, each, offset if pinned else None))
    return fields, problems


def _others(held: Held) -> list[Problem]:
    return [
        file_problem(
            "adopt-load-balancer",
            each["LoadBalancerArn"],
            f"load balancer {each['LoadBalancerName']} is in the VPC, and load balancers are not adopted",
            "write the descriptor by hand, with natlane new",
        )
        for each in held.in_vpc(calls.LOAD_BALANCERS)
    ]


def _offset(held: Held, endpoint: Item, public: list[IPv4Network]) -> int | None:
    """Its distance from the first address of every public subnet, None where there is not one."""
    numbers = endpoint.get("NetworkInterfaceIds", ())
    addresses = [
        IPv4Address(each["PrivateIpAddress"])
        for each in held.own[calls.NETWORK_INTERFACES.name]
        if each["NetworkInterfaceId"] in numbers
    ]
    offsets = [[int(a) - int(net.network_address) for a in addresses if a in net] for net in public]
    places = {found[0] for found in offsets if len(found) == 1}
    whole = len(places) == 1 and all(len(found) == 1 for found in offsets) and len(addresses) == len(public)
    return places.pop() if whole else None


def _fields(held: Held, endpoint: Item, offset: int | None) -> Fields:
    name = endpoint["ServiceName"]
    short = short_name(name)
    service = short if endpoint_service_name(short, held.ours.region) == name else name
    ports = sorted(_ports(held, endpoint))
    policy = endpoint.get("PolicyDocument", "")
    return {
        "service": service,
        **({"offset": offset} if offset is not None else {}),
        **({"ports": ports} if ports and ports != sorted(ports_of(service)) else {}),
        **({"private_dns": True} if endpoint.get("PrivateDnsEnabled") else {}),
        **({"policy": policy} if policy and not _allows_all(policy) else {}),
    }


def _ports(held: Held, endpoint: Item) -> set[int]:
    """The single TCP ports that its security groups take; what else they take is reported where both are compared."""
    groups = {group["GroupId"] for group in endpoint.get("Groups", ())}
    return {
        rule["FromPort"]
        for each in held.own[calls.SECURITY_GROUPS.name]
        if each["GroupId"] in groups
        for rule in each.get("IpPermissions", ())
        if rule.get("IpProtocol") == "tcp" and rule.get("FromPort") == rule.get("ToPort")
    }


def _allows_all(policy: str) -> bool:
    """Whether a policy is the one that AWS gives every endpoint."""
    try:
        statements = json.loads(policy)["Statement"]
    except (ValueError, KeyError, TypeError):
        return False
    wanted = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    return (
        isinstance(statements, list)
        and len(statements) == 1
        and {name: statements[0].get(name) for name in wanted} == wanted
        and statements[0].get("Principal") in ("*", {"AWS": "*"})
        and "Condition" not in statements[0]
    )
