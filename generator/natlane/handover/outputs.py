"""Reader of `terraform output -json`: the tunnels' public addresses, and where the keys are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address
from typing import Any, Final

from natlane.facts import aws
from natlane.plan.model import Plan
from natlane.problems import Problem, file_problem
from natlane.workspace.paths import read_bytes

MOST_BYTES: Final = 4_000_000
_CODE: Final = "outputs-unreadable"
_ARN: Final = re.compile(r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@!-]+")


@dataclass(frozen=True, slots=True)
class Outputs:
    """AWS's public addresses of tunnel 1 and 2, None while they are not known, and the ARN of the keys' secret."""

    addresses: tuple[IPv4Address | None, IPv4Address | None] = (None, None)
    key_arn: str = ""
    asn: int = 0  # the transit gateway's; 0: not known


def read_outputs(path: str, plan: Plan) -> Outputs | Problem:
    """The outputs in a file, as `terraform output -json` prints them, or why they cannot be this partner's."""
    try:
        held = json.loads(read_bytes(path, MOST_BYTES))
    except OSError as error:
        return file_problem(_CODE, path, f"cannot be read: {error.strerror or error}")
    except (ValueError, RecursionError):
        hint = f"write it by `terraform -chdir=out/{plan.partner} output -json`"
        return file_problem(_CODE, path, "is not JSON", hint)
    if not isinstance(held, dict):
        return _foreign(path, plan, "holds no outputs")
    addresses = tuple(_address(held, f"tunnel{number}_address") for number in (1, 2))
    if None in addresses:
        number = addresses.index(None) + 1
        return _foreign(path, plan, f"has no address in tunnel{number}_address")
    refused = _not_the_tunnels(addresses, plan)
    if refused:
        return _foreign(path, plan, refused)
    agreed = _value(held, "agreed")
    for name, ours in (("nat_cidr", plan.nat_cidr), ("customer_gateway", plan.vpn.customer_gateway_ip)):
        theirs = agreed.get(name) if isinstance(agreed, dict) else None
        if theirs != str(ours):
            return _foreign(path, plan, f"agrees on {name} {theirs!r}, and the descriptor on {ours}")
    arn = _value(held, "preshared_key_arn")
    asn = _value(held, "amazon_side_asn")
    return Outputs(
        (addresses[0], addresses[1]),
        arn if isinstance(arn, str) and _ARN.fullmatch(arn) else "",
        int(asn) if isinstance(asn, int | str) and str(asn).isdecimal() else 0,
    )


def _not_the_tunnels(addresses: tuple[IPv4Address | None, ...], plan: Plan) -> str:
    """Why two addresses cannot be those of AWS's tunnels, or nothing."""
    if addresses[0] == addresses[1]:
        return f"has {addresses[0]} for both tunnels"
    for address in addresses:
        block = next((name for block, name in aws.NOT_PUBLIC if address in block), "")
        if block or address == plan.vpn.customer_gateway_ip:
            return f"has {address} for a tunnel, which is {block or 'the address of the partner itself'}"
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
