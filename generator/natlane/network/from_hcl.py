"""A partner's module read as its segment of the network, or the reasons why it cannot be understood whole."""

from __future__ import annotations

from collections.abc import Iterator

from natlane.network.accounts import check_accounts
from natlane.network.imports import check_imports
from natlane.network.model import Output, Segment
from natlane.network.module import Module
from natlane.network.our_network import OurNetwork
from natlane.network.reader import ModuleReader, check_understood, origin_of
from natlane.network.routes import routes_in_our_vpcs
from natlane.network.side_effects import check_side_effects
from natlane.network.tables import table
from natlane.network.transit_gateway import (
    ATTACHMENT,
    TABLE,
    associations,
    check_transit_gateway,
    own_table,
    propagations,
    read_attachments,
    routes,
)
from natlane.network.vpc_n import read_vpc_n
from natlane.problems import Problem, file_problem


def read_segment(module: Module, ours: OurNetwork) -> tuple[Segment | None, list[Problem]]:
    """What a module adds to the network; None with problems where it cannot be understood whole.

    None without a problem is a module that holds nothing: a decommissioned partner.
    """
    reader = ModuleReader(module, ours)
    check_understood(reader)
    if module.blocks and not any(block.kind == "terraform" for block in module.blocks):
        folder = module.blocks[0].path.rpartition("/")[0]
        message = "says nowhere which provider and which state it has: versions.tf is missing"
        reader.problems.append(file_problem("module-incomplete", folder, message, "generate it again"))
    check_accounts(reader)
    check_side_effects(reader)
    check_imports(reader)
    if not any(block.kind == "resource" for block in module.blocks):
        return None, _first_causes(reader.problems)
    segment = _segment(reader)
    if segment is None and not reader.problems:
        missing = "an aws_vpc" if not module.resources("aws_vpc") else "an aws_vpn_connection"
        first = next(block for block in module.blocks if block.kind == "resource")
        message = f"the module of {module.partner} is without {missing}"
        reader.problems.append(Problem("proof-value", "error", first.path, 0, 0, "", message, "generate it again"))
    return (None, _first_causes(reader.problems)) if reader.problems else (segment, [])


def _first_causes(problems: list[Problem]) -> list[Problem]:
    """Each problem once; where a value could not be read, problems about places are left out, as they may be wrong."""
    unread = any(each.code == "proof-value" for each in problems)
    return [each for each in dict.fromkeys(problems) if not (unread and each.code == "proof-misplaced")]


def _segment(reader: ModuleReader) -> Segment | None:
    for kind in ("aws_vpn_connection", ATTACHMENT, TABLE):
        for block in reader.module.resources(kind):
            check_transit_gateway(reader, block)
    attachments = tuple(read_attachments(reader, associations(reader)))
    vpn_key = next((each.key for each in attachments if each.kind == "vpn"), "")
    vpc_key = next((each.key for each in attachments if each.kind == "vpc_n"), "")
    vpc_n = read_vpc_n(reader, vpc_key, vpn_key)
    if vpc_n is None:
        return None
    entries = [*routes(reader), *propagations(reader, vpc_n)]
    own = {own_table(reader, block): origin_of(block) for block in reader.module.resources(TABLE)}
    return Segment(
        vpc_n=vpc_n,
        attachments=attachments,
        transit_tables=tuple(
            table(name, origin, [each.route for each in entries if each.table == name]) for name, origin in own.items()
        ),
        shared=(*(each for each in entries if each.table not in own), *routes_in_our_vpcs(reader)),
        outputs=tuple(_outputs(reader)),
    )


def _outputs(reader: ModuleReader) -> Iterator[Output]:
    for block in reader.module.blocks:
        if block.kind == "output":
            yield Output(block.labels[0], reader.value(block, "value"), origin_of(block))
