"""The text of landing-zone.yaml: written from AWS, or an existing one with AWS's values put in."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from natlane.describe.landing_zone import Quotas
from natlane.facts import aws
from natlane.live.discover import Found, FoundVpc

_DEFAULTS: Final = Quotas()._asdict()
_TOP: Final = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*):", re.MULTILINE)


def new_text(found: Found) -> str:
    """The whole document, with what AWS cannot say as comments."""
    return "\n".join(_lines(found)) + "\n"


def merged_text(text: str, found: Found) -> tuple[str, tuple[str, ...]]:
    """An existing document with AWS's values, and what differs in a way that only its owner can decide.

    Names, comments and order stay. A VPC is known by its attachment. Of a VPC's route tables and the reserved blocks
    the file may hold fewer or more by choice, so tables are only reported, and blocks only added.
    """
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 10_000
    document = yaml.load(text)
    changed, told = set[str](), list[str]()
    if document["transit_gateway"]["id"] != found.transit_gateway:
        told.append(f"transit_gateway.id: the transit gateway that was read is {found.transit_gateway}")
    gone = [zone for zone in document["zones"] if zone not in found.zones]
    told += [f"zones: {zone} is none of AWS's zones: {', '.join(found.zones)}" for zone in gone]
    changed |= _merge_vpcs(document, found, told)
    changed |= _merge_reserved(document, found)
    changed |= _merge_quotas(document, found)
    return _spliced(text, yaml, document, changed), tuple(told)


def _merge_vpcs(document: Any, found: Found, told: list[str]) -> set[str]:
    changed = False
    by_attachment = {vpc["attachment"]: (name, vpc) for name, vpc in document["vpcs"].items()}
    for vpc in found.vpcs:
        if vpc.attachment not in by_attachment:
            document["vpcs"][_free_name(vpc, document["vpcs"])] = _vpc_fields(vpc)
            changed = True
            continue
        name, written = by_attachment.pop(vpc.attachment)
        values = {"cidrs": [str(cidr) for cidr in vpc.cidrs], "transit_route_table": vpc.table}
        for field, value in values.items():
            differs = sorted(written[field]) != sorted(value) if field == "cidrs" else written[field] != value
            if value and differs:
                _set(written, field, value)
                changed = True
        missing = [table for table in vpc.joined if table not in written["route_tables"]]
        told += [f"vpcs.{name}.route_tables: {table} sends packets to the transit gateway too" for table in missing]
    told += [f"vpcs.{name}: AWS has no attachment {attachment}" for attachment, (name, _) in by_attachment.items()]
    return {"vpcs"} if changed else set()


def _set(mapping: Any, field: str, value: Any) -> None:
    """Replace a value and keep the style of a list."""
    if isinstance(value, list):
        mapping[field][:] = value
    else:
        mapping[field] = value


def _merge_reserved(document: Any, found: Found) -> set[str]:
    written = {str(each["cidr"]) for each in document.get("reserved_cidrs", ())}
    new = [{"cidr": str(cidr), "owner": owner} for cidr, owner in found.reserved if str(cidr) not in written]
    if new:
        document.setdefault("reserved_cidrs", []).extend(_flow(each) for each in new)
    return {"reserved_cidrs"} if new else set()


def _merge_quotas(document: Any, found: Found) -> set[str]:
    written = document.get("quotas", {})
    new = {name: value for name, value in found.quotas.items() if written.get(name, _DEFAULTS[name]) != value}
    if new:
        if "quotas" not in document:
            document["quotas"] = _flow({})
        document["quotas"].update(new)
    return {"quotas"} if new else set()


def _flow(values: Mapping[str, Any]) -> Any:
    """A mapping in one line, as people write short ones."""
    from ruamel.yaml.comments import CommentedMap

    mapping = CommentedMap(values)
    mapping.fa.set_flow_style()
    return mapping


def _vpc_fields(vpc: FoundVpc) -> Any:
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    fields = CommentedMap()
    for name, value in (
        ("account", vpc.account),
        ("cidrs", [str(cidr) for cidr in vpc.cidrs]),
        ("attachment", vpc.attachment),
        ("transit_route_table", vpc.table),
        ("route_tables", list(vpc.route_tables)),
    ):
        if isinstance(value, list):
            value = CommentedSeq(value)
            value.fa.set_flow_style()
        fields[name] = value
    return fields


def _free_name(vpc: FoundVpc, taken: Mapping[str, Any]) -> str:
    return vpc.name if vpc.name not in taken else vpc.vpc_id


def _spliced(text: str, yaml: Any, document: Any, changed: set[str]) -> str:
    """The old text in which only the top-level fields that changed are written again."""
    buffer = io.StringIO()
    _indent(yaml, text)
    yaml.dump(document, buffer)
    new, old = _sections(buffer.getvalue()), _sections(text)
    parts = [new[name] if name in changed else section for name, section in old.items()]
    parts += [new[name] for name in new if name in changed and name not in old]
    return "".join(part if part.endswith("\n") or not part else f"{part}\n" for part in parts)


def _indent(yaml: Any, text: str) -> None:
    """Lists are indented below their key where the text indents them."""
    offset = 2 if re.search(r"^\w+:[^\n]*\n(?:[ ]*#[^\n]*\n)*  - ", text, re.MULTILINE) else 0
    yaml.indent(mapping=2, sequence=2 + offset, offset=offset)


def _sections(text: str) -> dict[str, str]:
    """A block document cut before each top-level key; what stands above the first key under an empty name."""
    starts = [(match[1], match.start()) for match in _TOP.finditer(text)]
    ends = [start for _, start in starts[1:]] + [len(text)]
    head = {"": text[: starts[0][1]]} if starts else {"": text}
    return head | {name: text[start:end] for (name, start), end in zip(starts, ends, strict=True)}


def _lines(found: Found) -> Iterator[str]:
    yield "# yaml-language-server: $schema=schemas/landing-zone.json"
    yield f"region: {found.region}"
    yield f"zones: [{', '.join(found.zones)}] # every VPC N uses them in this order; leave out what you do not use"
    yield f"network_account: {found.network_account} # where VPC N, its NAT gateways and the VPN are created"
    yield "accounts:"
    for name, (number, role) in found.accounts.items():
        yield f'  {name}: {{id: "{number}"' + (f', role_arn: "{role}"' if role else "") + "}"
    yield "transit_gateway:"
    yield f"  id: {found.transit_gateway}"
    if found.transit_account != found.network_account:
        yield f"  account: {found.transit_account}"
    yield "  # The table of every VPC N's attachment, with routes to our VPCs only. AWS cannot say which it is;"
    yield "  # left out, each partner gets a table of its own."
    yield "  # partner_route_table: tgw-rtb-0aaaaaaaaaaaaaaaa"
    yield "vpcs:"
    for vpc in found.vpcs:
        yield f"  {vpc.name}: # {vpc.vpc_id}"
        yield f"    account: {vpc.account}"
        yield f"    cidrs: [{', '.join(map(str, vpc.cidrs))}]"
        yield f"    attachment: {vpc.attachment}"
        yield f"    transit_route_table: {vpc.table or 'tgw-rtb-FILL-IN'}"
        yield f"    route_tables: [{', '.join(vpc.route_tables) or 'rtb-FILL-IN'}]"
    if found.reserved:
        yield "reserved_cidrs:"
        for cidr, owner in found.reserved:
            yield f"  - {{cidr: {cidr}, owner: {owner}}}"
    raised = {name: value for name, value in found.quotas.items() if value != _DEFAULTS[name]}
    if raised:
        yield f"quotas: {{{', '.join(f'{name}: {value}' for name, value in raised.items())}}}"
    yield "# Left out, the state of each partner is a local file, and alarms tell nobody."
    yield f"# state: {{bucket: example-terraform-state, region: {found.region}, key_prefix: partners}}"
    topic = aws.in_region("arn:aws:sns:eu-west-1:111111111111:network-oncall", found.region)
    yield f'# alarms: {{sns_topic_arn: "{topic}"}}'
