"""Reader of `terraform output -json`: the tunnels' public addresses, and where the keys are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address
from typing import Any, Final

from natlane.facts import aws
from natlane.plan.plan import Plan
from natlane.plan.vpn import Connection
from natlane.problems import Problem, file_problem
from natlane.workspace.paths import read_bytes

MOST_BYTES: Final = 4_000_000
_CODE: Final = "outputs-unreadable"
_ARN: Final = re.compile(r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@!-]+")


@dataclass(frozen=True, slots=True)
class Outputs:
    """A connection's public addresses of tunnel 1 and 2, None while not known, and the ARN of its keys' secret."""

    addresses: tuple[IPv4Address | None, IPv4Address | None] = (None, None)
    key_arn: str = ""
    asn: int | None = None  # the transit gateway's, where it is known


def read_outputs(path: str, plan: Plan) -> tuple[Outputs, ...] | Problem:
    """What a file holds for each device, as `terraform output -json` prints it, or why it cannot be this partner's."""
    try:
        held = json.loads(read_bytes(path, MOST_BYTES))
    except OSError as error:
        return file_problem(_CODE, path, f"cannot be read: {error.strerror or error}")
    except (ValueError, RecursionError):
        hint = f"write it by `terraform -chdir=out/{plan.partner} output -json`"
        return file_problem(_CODE, path, "is not JSON", hint)
    if not isinstance(held, dict):
        return _foreign(path, plan, "holds no outputs")
    found = tuple(_of_connection(held, each) for each in plan.vpn.connections)
    refused = (
        next((each for each in found if isinstance(each, str)), "") or _one_twice(found) or _not_agreed(held, plan)
    )
    return _foreign(path, plan, refused) if refused else tuple(each for each in found if isinstance(each, Outputs))


def _of_connection(held: Mapping[str, Any], connection: Connection) -> Outputs | str:
    """What is said of the connection to one device, or why it cannot be that."""
    names = [f"tunnel{number}_address{connection.suffix}" for number in (1, 2)]
    one, two = (_address(held, name) for name in names)
    for name, address in zip(names, (one, two), strict=True):
        if address is None:
            return f"has no address in {name}"
        block = next((name for block, name in aws.NOT_PUBLIC if address in block), "")
        if block or address == connection.customer_gateway_ip:
            return f"has {address} for a tunnel, which is {block or 'the address of the partner itself'}"
    if one == two:
        return f"has {one} for both tunnels"
    arn = _value(held, f"preshared_key_arn{connection.suffix}")
    asn = _value(held, "amazon_side_asn")
    return Outputs(
        (one, two),
        arn if isinstance(arn, str) and _ARN.fullmatch(arn) else "",
        (int(asn) or None) if isinstance(asn, int | str) and str(asn).isdecimal() else None,
    )


def _one_twice(found: Sequence[Outputs | str]) -> str:
    """Where two devices' connections have one tunnel address, or nothing."""
    addresses = [address for each in found if isinstance(each, Outputs) for address in each.addresses]
    twice = next((each for each in addresses if addresses.count(each) > 1), None)
    return f"has {twice} for tunnels of two devices" if twice else ""


def _not_agreed(held: Mapping[str, Any], plan: Plan) -> str:
    """Where the outputs' agreement is another one than the descriptor's, or nothing."""
    agreed = _value(held, "agreed")
    names = ("nat_cidr", *(f"customer_gateway{each.suffix}" for each in plan.vpn.connections))
    for name in names:
        theirs = agreed.get(name) if isinstance(agreed, dict) else None
        if theirs != str(plan.agreed[name]):
            return f"agrees on {name} {theirs!r}, and the descriptor on {plan.agreed[name]}"
    return ""


def _foreign(path: str, plan: Plan, message: str) -> Problem:
    hint = f"apply out/{plan.partner}, then write it by `terraform -chdir=out/{plan.partner} output -json`"
    return file_problem(_CODE, path, message, hint)


def _value(held: Mapping[str, Any], name: str) -> object:
    output = held.get(name)
    return output.get("value") if isinstance(output, dict) else None


def _address(held: Mapping[str, Any], name: str) -> IPv4Address | None:
    try:
        return IPv4Address(str(_value(held, name)))
    except AddressValueError:
        return None
