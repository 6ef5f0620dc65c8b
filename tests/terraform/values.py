"""One value against one rule of provider_rules.json: what the value should have been, or nothing."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

Rule = dict[str, Any]

ARN = re.compile(
    r"arn:aws(-[a-z]+)*:[0-9A-Za-z_-]+:([a-z]{2,4}(-[a-z]+)+-\d{1,2})?:"
    r"(\d{12}|aws|aws-managed|third-party|aws-marketplace|partner-managed|cw.{10})?:.+"
)


def wrong(value: Any, rule: Rule) -> str | None:
    """What a known value should have been; None where it is right."""
    if rule.get("empty") and value == "":
        return None
    for name, asked in rule.items():
        said = CHECKS[name](value, asked, rule)
        if said is not None:
            return said
    return None


def _any(value: Any, alternatives: list[Rule], _rule: Rule) -> str | None:
    said = [wrong(value, each) for each in alternatives]
    return None if None in said else " or ".join(str(each) for each in said)


def _one_of(value: Any, allowed: list[Any], rule: Rule) -> str | None:
    given = value.lower() if rule.get("any_case") else value
    known = [each.lower() for each in allowed] if rule.get("any_case") else allowed
    return None if given in known else f"one of {sorted(allowed)}"


def _range(value: Any, bounds: list[int | None], _rule: Rule) -> str | None:
    least, most = bounds
    if (least is None or value >= least) and (most is None or value <= most):
        return None
    return f"at least {least}" if most is None else f"in the range {least} to {most}"


def _integer_text(value: str, ranges: list[list[int]], _rule: Rule) -> str | None:
    is_number = re.fullmatch(r"[+-]?\d+", value) is not None
    if is_number and any(least <= int(value) <= most for least, most in ranges):
        return None
    return f"a number of {' or '.join(f'{least} to {most}' for least, most in ranges)}"


def _length(value: str, bounds: list[int], _rule: Rule) -> str | None:
    size = len(value.encode())  # Go counts bytes
    return None if bounds[0] <= size <= bounds[1] else f"{bounds[0]} to {bounds[1]} characters long"


def _pattern(value: str, pattern: str, _rule: Rule) -> str | None:
    return None if re.fullmatch(pattern, value, re.ASCII | re.DOTALL) else f"like {pattern}"


def _cidr(value: str, families: list[int], rule: Rule) -> str | None:
    network = _network(value)
    if network is None or network.version not in families or (rule.get("canonical") and str(network) != value):
        return f"a valid IPv{families[0]} network without host bits"
    least, most = rule.get("prefix", [0, 128])
    if not least <= network.prefixlen <= most:
        return f"a network of /{least} to /{most}"
    if network.prefixlen not in rule.get("prefix_one_of", [network.prefixlen]):
        return f"a network of one of the lengths {rule['prefix_one_of']}"
    within = rule.get("within")
    outside = within is not None and not ipaddress.IPv4Network(value).subnet_of(ipaddress.IPv4Network(within))
    if outside or value in rule.get("not", []):
        return f"a /{most} in {within} that AWS does not keep for itself"
    return None


def _network(value: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    if not re.fullmatch(r"[0-9A-Fa-f.:]+/\d{1,3}", value):
        return None
    with suppress(ValueError):
        return ipaddress.ip_network(value)
    return None


def _address(value: str, family: int, _rule: Rule) -> str | None:
    """Go knows one kind of address: one of IPv4 passes for IPv6, and one that is mapped into IPv6 for IPv4."""
    with suppress(ValueError):
        address = ipaddress.ip_address(value)
        mapped = isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None
        if family == 6 or address.version == 4 or mapped:
            return None
    return f"a valid IPv{family} address"


def _policy(value: str, kind: str, _rule: Rule) -> str | None:
    try:
        document = json.loads(value, object_pairs_hook=_no_duplicates if kind == "iam" else None)
    except ValueError:
        return "valid JSON"
    return "valid JSON of an object" if kind == "iam" and not isinstance(document, dict) else None


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("duplicate keys")
    return dict(pairs)


def _part(_value: Any, _asked: Any, _rule: Rule) -> None:
    """Read by another check."""


CHECKS: dict[str, Callable[[Any, Any, Rule], str | None]] = {
    "any": _any,
    "any_case": _part,
    "address": _address,
    "arn": lambda value, _asked, _rule: None if value == "" or ARN.fullmatch(value) else "an ARN",
    "canonical": _part,
    "cidr": _cidr,
    "empty": _part,
    "integer_text": _integer_text,
    "length": _length,
    "multiple_of": lambda value, of, _rule: None if value % of == 0 else f"a multiple of {of}",
    "not": _part,
    "not_empty": lambda value, _asked, _rule: None if value not in ("", 0) else "not empty",
    "one_of": _one_of,
    "pattern": _pattern,
    "policy": _policy,
    "prefix": _part,
    "prefix_one_of": _part,
    "range": _range,
    "within": _part,
}
