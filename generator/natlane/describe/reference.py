"""docs/descriptor.md from the models: `python -m natlane.describe.reference > docs/descriptor.md`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

from natlane.describe.field_types import Either, Listing, Named, Record, Shape
from natlane.describe.landing_zone import LANDING_ZONE
from natlane.describe.partner import PARTNER
from natlane.describe.prices import Amount
from natlane.describe.scalar_types import Address, Choice, Cidr, Digit, Flag, Integer, Text

_INTRO = """\
# Descriptor reference

Every field of both documents, with what may stand in it. Generated from the models that read them:
`python -m natlane.describe.reference > docs/descriptor.md`. [rules.md](rules.md) says what must hold between
fields, [adding-a-partner.md](adding-a-partner.md) where to begin, [variants.md](variants.md) which field is for what.

Both are YAML, read strictly: UTF-8, at most 1 MiB, one document a file. An unknown or repeated key is an error, and
so is a text that YAML may take for something else (`no` and `0815` must be quoted). What cannot be read is
reported for all files at once, with line and column, and with it every error of the rules that does not depend on
it. Blocks and addresses are IPv4; a block has no host bits.

What looks like a secret is refused wherever it stands, in a comment or as a key too, and x stands for it wherever it
would be printed: what `psk=` or `PSK:` and the like announce, unless a sentence, URL, ARN, path or e-mail address
follows; what has letters and digits after "the PSK is"; and words mixed as keys and passwords are. A name that only
looks like one passes with hyphens: `region1-cluster2`. Nobody can tell every secret: letters alone, or a word and a
number (`acme2026`), pass where nothing announces them, so let a scanner of secrets read your repository too.

For an editor that knows JSON Schema, let the first line be `# yaml-language-server: $schema=` and the path of
[schemas/partner.json](../schemas/partner.json) or [schemas/landing-zone.json](../schemas/landing-zone.json).

Where the default says **write it**, the field must be written. An empty default means that nothing is assumed, or that
the fields within have defaults of their own.
"""
_DEPENDS = """\
## What a default depends on

A partner's files follow its descriptor, and of `landing-zone.yaml` what is named here. Another partner, a VPC that it
does not join, `reserved_cidrs` and `quotas` never change them. Where a default no longer fits, `validate` refuses it
and names the line to write; it never takes another value by itself.

| what is not written | is | follows |
|---|---|---|
"""
_DEPENDENCIES = (
    (
        "`natted_cidr`",
        "`100.64.0.0/25` in every VPC N; refused where it meets the partner's own routes",
        "nothing",
    ),
    ("`vpc_cidr`", "`nat_cidr`", "nothing"),
    (
        "`zones`",
        "as many of the landing zone's as `nat_cidr` holds /28s for, in their order",
        "the landing zone's `zones`: one more may move every address, so `natlane new` writes the count",
    ),
    (
        "NAT addresses",
        "from the first usable address of each public subnet upwards",
        "`zones`, `nat.addresses_per_gateway`",
    ),
    (
        "endpoints, load balancer",
        "from the last usable address downwards, in the order written; `offset` pins one",
        "entries above it",
    ),
    ("outbound load balancer", "the first usable address of each outbound subnet", "`zones`, `outbound.cidr`"),
    ("`vpn.tunnels.N.inside_cidr`", "`169.254.44.0/30` in 1, `169.254.44.4/30` in 2", "nothing"),
    (
        "the same of a device with a `name`",
        "`169.254.44.8/30` in 1, `169.254.44.12/30` in 2; refused where two devices would have one",
        "nothing",
    ),
    ("`vpn.amazon_side_asn`, tunnel options", "the constants below", "nothing"),
    ("`target_port` of a service", "its `port`", "`port`"),
    (
        "labels and names in AWS",
        "the partner's name (`renamed_from`, where it is written), the zone's letter, the network or service itself",
        "what they name; never a place in a list",
    ),
    (
        "routes in our VPCs",
        "for each VPC in `reach` or in `inbound.services`",
        "that VPC's `account`, `cidrs`, `transit_route_table` and `route_tables`; its `attachment` where the partner "
        "has a transit gateway table of its own",
    ),
    (
        "a VPN on the transit gateway with BGP",
        "a precondition that names every table of ours",
        "every `transit_route_table`, `partner_route_table`",
    ),
    (
        "providers, state, tags, logs, alarms",
        "one provider for each account",
        "`region`, `accounts`, `network_account`, `transit_gateway`, `state`, `tags`, `logs`, `alarms`",
    ),
)
_PARTNER = """\
One file a partner; the file's stem is the partner's name. Pre-shared keys never stand in it.
"""
_KINDS: dict[type[Shape], str] = {
    Flag: "`true` / `false`",
    Cidr: "block, like `10.179.0.0/27`",
    Address: "address",
    Amount: "amount, like `0.052`",
}
_LANDING_ZONE = """\
Our side, once.
"""


def reference_text() -> str:
    """docs/descriptor.md, whole."""
    partner = f"## partners/NAME.yaml\n\n{_PARTNER}\n{_tables(PARTNER)}"
    landing_zone = f"## landing-zone.yaml\n\n{_LANDING_ZONE}\n{_tables(LANDING_ZONE)}"
    depends = "".join(f"| {' | '.join(row)} |\n" for row in _DEPENDENCIES)
    return f"{_INTRO}\n{_DEPENDS}{depends}\n{partner}\n{landing_zone}"


def _tables(document: Record) -> str:
    """A table for each record of a document; one that is used in several places once, where it is least deep."""
    every = list(_records("", document))
    places: dict[type[Any], str] = {}
    for place, record in sorted(every, key=lambda each: (each[1].partial, each[0].count("."))):
        places.setdefault(record.of, place)
    records = [(place, record) for place, record in every if places[record.of] == place]
    return "\n".join(line for place, record in records for line in _table(place, record, places))


def _records(place: str, record: Record) -> Iterator[tuple[str, Record]]:
    """A record and those within it, depth first, each with its place."""
    yield place, record
    for name, field in record.fields.items():
        for inner_place, inner in _held(field.shape, f"{place}.{name}" if place else name):
            yield from _records(inner_place, inner)


def _held(shape: Shape, place: str) -> list[tuple[str, Record]]:
    """The record in a field, if there is one, however deep."""
    if isinstance(shape, Record):
        return [(place, shape)]
    if isinstance(shape, Listing):
        return _held(shape.of, f"{place}[]")
    return (
        _held(shape.of, f"{place}.{'N' if isinstance(shape.key, Digit) else 'NAME'}")
        if isinstance(shape, Named)
        else []
    )


def _table(place: str, record: Record, places: dict[type[Any], str]) -> Iterator[str]:
    if place:
        yield from (f"### {place}", "", _about(record), "")
    yield "| field | what may stand there | default | what it is |"
    yield "|---|---|---|---|"
    for name, field in record.fields.items():
        default = "" if record.partial else _default(field.required, field.default)
        yield f"| `{name}` | {_in_words(field.shape, places)} | {default} | {_cell(field.doc)} |"
    yield ""


def _about(record: Record) -> str:
    """A model's docstring; of a record that is laid over another, what that means."""
    text = " ".join((record.of.__doc__ or "").split())
    return f"{text} What is not written here is as it is written around it." if record.partial else text


def _in_words(shape: Shape, places: dict[type[Any], str]) -> str:
    """What may stand in a field, in words; a record as a link to its own table."""
    if isinstance(shape, Listing):
        return f"list of {_bounds(shape)}{_in_words(shape.of, places)}"
    if isinstance(shape, Either):
        return f"{_in_words(shape.one, places)}, or a {_in_words(shape.several, places)}"
    if isinstance(shape, Named):
        key = " or ".join(shape.key.of) if isinstance(shape.key, Digit) else "names"
        return f"{key}, each with {_in_words(shape.of, places)}"
    if isinstance(shape, Record):
        return f"[fields](#{_anchor(places[shape.of])})"
    return _cell(_value(shape))


def _value(shape: Shape) -> str:
    if isinstance(shape, Choice):
        return " / ".join(f"`{each}`" for each in shape.of)
    if isinstance(shape, Integer):
        return f"{shape.least:,} to {shape.most:,}"
    if isinstance(shape, Text):
        return f"{shape.what}, like `{shape.example}`" if shape.example else shape.what
    return _KINDS[type(shape)]


def _bounds(shape: Listing) -> str:
    if isinstance(shape.of, Choice):
        return ""
    if shape.least == shape.most:
        return f"{shape.least}: "
    return f"{shape.least} to {shape.most:,}: " if shape.least else f"up to {shape.most:,}: "


def _default(required: bool, value: Any) -> str:
    """A default as one would write it; nothing where leaving the field out means something of its own."""
    if required:
        return "**write it**"
    if value is None or value == "" or hasattr(value, "_fields") or (isinstance(value, dict) and not value):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return f"`[{', '.join(map(str, value))}]`"
    return f"`{value}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _anchor(heading: str) -> str:
    """The fragment under which a Markdown page shows a heading."""
    return re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")


if __name__ == "__main__":
    sys.stdout.write(reference_text())
