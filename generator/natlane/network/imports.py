"""Checks of `import` blocks: each takes over what its resource says, once, and nothing of our side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from natlane.facts.imports import IMPORT_IDS
from natlane.hcl.blocks import Block, Expression
from natlane.network.reader import ModuleReader

_PARTS: Mapping[str, tuple[str, ...]] = {  # of an id that is made of arguments: these, in this order
    "aws_ec2_transit_gateway_route": ("transit_gateway_route_table_id", "destination_cidr_block"),
    "aws_ec2_transit_gateway_route_table_association": (
        "transit_gateway_route_table_id",
        "transit_gateway_attachment_id",
    ),
    "aws_route": ("route_table_id", "destination_cidr_block"),
    "aws_route_table_association": ("subnet_id", "route_table_id"),
}
_SEPARATOR: Mapping[str, str] = {"aws_route_table_association": "/"}


def check_imports(reader: ModuleReader) -> None:
    """An apply would make what an import takes over like its resource, whatever it is: it must be the same thing."""
    imported: dict[str, str] = {}
    for block in reader.module.blocks:
        if block.kind == "import":
            address, number = _target(block), reader.text(block, "id")
            if address in imported:
                reader.wrong(block, "to", f"{address} is imported twice")
            if number in imported.values():
                reader.wrong(block, "id", f"{number} is imported twice")
            imported[address] = number
    theirs = dict(_ours(reader))
    for block in reader.module.blocks:
        if block.kind == "import":
            _check(reader, block, imported, theirs)


def _target(block: Block) -> str:
    value = block.attributes["to"].value if "to" in block.attributes else None
    return value.text if isinstance(value, Expression) else ""


def _ours(reader: ModuleReader) -> Iterator[tuple[str, str]]:
    """What the landing zone has, and no module may take over."""
    yield reader.ours.transit_gateway, "the transit gateway"
    for vpc in reader.ours.vpcs.values():
        yield from ((table, f"a route table of VPC {vpc.name}") for table in vpc.tables)
        yield vpc.attachment, f"the attachment of VPC {vpc.name}"
    yield from ((table, "a table of the transit gateway that others use") for table in reader.ours.transit_tables)


def _check(reader: ModuleReader, block: Block, imported: Mapping[str, str], ours: Mapping[str, str]) -> None:
    address = _target(block)
    resource = reader.module.addresses.get(address)
    if resource is None:
        return  # reported where references are looked up
    kind, number = resource.labels[0], reader.text(block, "id")
    form = IMPORT_IDS.get(kind)
    if form is None or not form.fullmatch(number):
        what = "has no importer" if form is None else f"is not imported by an id like {number!r}"
        reader.wrong(block, "id", f"{kind} {what}", code="proof-not-understood")
    elif number in ours:
        reader.wrong(block, "id", f"{number} is {ours[number]}, and an apply would change it")
    elif kind in _PARTS:
        expected = [_known(reader, resource, name, imported) for name in _PARTS[kind]]
        told = number.split(_SEPARATOR.get(kind, "_"), 1)
        if any(want and want != have for want, have in zip(expected, told, strict=True)):
            reader.wrong(block, "id", f"{number} is not what {address} says, and an apply would replace it")


def _known(reader: ModuleReader, resource: Block, name: str, imported: Mapping[str, str]) -> str:
    """An argument's value as far as the text says it; that of what is imported is its id."""
    value = reader.value(resource, name)
    if isinstance(value, str):
        return value
    found = reader.module.resolve(value) if value is not None else None
    return imported.get(".".join(found[0].labels), "") if found and found[1] == "id" else ""
