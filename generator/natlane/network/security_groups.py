"""The security groups of a module, with their rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from natlane.hcl.blocks import Block
from natlane.network.reader import ModuleReader, origin_of
from natlane.network.security import ANY_PROTOCOL, LAST_PORT, PROTOCOLS, Rule, SecurityGroup

_NUMBERS: Mapping[str, str] = {"6": "tcp", "17": "udp", "1": "icmp", "all": ANY_PROTOCOL}


def security_groups(reader: ModuleReader) -> Mapping[str, SecurityGroup]:
    """Every security group of the module by label, with its rules."""
    rules: dict[tuple[str, str], list[Rule]] = {}
    for way in ("ingress", "egress"):
        for block in reader.module.resources(f"aws_vpc_security_group_{way}_rule"):
            group = reader.reference(block, "security_group_id", "aws_security_group.id")
            rule = _rule(reader, block)
            rules.setdefault((way, group), []).extend([rule] if rule else [])
    found = {}
    for block in reader.module.resources("aws_security_group"):
        reader.reference(block, "vpc_id", "aws_vpc.id")
        label = block.labels[1]
        ingress, egress = (tuple(rules.get((way, label), ())) for way in ("ingress", "egress"))
        found[label] = SecurityGroup(label, ingress, egress, origin_of(block))
    return found


def _rule(reader: ModuleReader, block: Block) -> Rule | None:
    protocol = reader.text(block, "ip_protocol").lower()
    protocol = _NUMBERS.get(protocol, protocol)
    if protocol not in (*PROTOCOLS, ANY_PROTOCOL):
        reader.wrong(
            block, "ip_protocol", f"ip_protocol: {protocol!r} is not known to the proof", code="proof-not-understood"
        )
    every = protocol in (ANY_PROTOCOL, "icmp")
    first = 0 if every else reader.integer(block, "from_port")
    last = LAST_PORT if every else reader.integer(block, "to_port")
    cidr = reader.cidr(block, "cidr_ipv4")
    return Rule(cidr, protocol, first, last, origin_of(block)) if cidr else None


def held(groups: Mapping[str, SecurityGroup], names: Iterable[str]) -> tuple[SecurityGroup, ...]:
    """The groups of these names, as far as the module has them."""
    return tuple(groups[name] for name in names if name in groups)
