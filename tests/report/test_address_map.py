"""The map of addresses: what is free is free, and each space's cells are what lies in them."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from natlane.report.address_map import NAT, NATTED, OURS, RESERVED, THEIRS, Held, offers, spaces

from tests.descriptors import networks


def held(*entries: tuple[str, str]) -> list[Held]:
    return [Held(IPv4Network(block), kind, "somebody") for block, kind in entries]


CASES = {
    "beside the first": (held(("10.179.0.0/27", NAT)), ("10.179.0.32/27", 2_047)),
    "a smaller block takes all of a /27": (held(("10.179.0.0/28", NAT)), ("10.179.0.32/27", 2_047)),
    "a larger one takes several": (held(("10.179.0.0/25", NAT)), ("10.179.0.128/27", 2_044)),
    "a gap before": (held(("10.179.0.64/27", NAT)), ("10.179.0.0/27", 2_047)),
    "ours is taken": (held(("10.179.4.0/27", NAT), ("10.179.0.0/22", OURS)), ("10.179.4.32/27", 2_015)),
    "what partners have is taken": (
        held(("10.179.0.0/27", NAT), ("10.179.0.0/17", THEIRS)),
        ("10.179.128.0/27", 1_024),
    ),
    "the natted block is not": (held(("10.179.0.0/27", NAT), ("10.179.0.0/24", NATTED)), ("10.179.0.32/27", 2_047)),
    "nothing is left": (held(("10.179.0.0/27", NAT), ("10.0.0.0/8", RESERVED)), ("", 0)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_next_block_to_offer(name: str) -> None:
    blocks, expected = CASES[name]
    (offer,) = offers(blocks)
    assert (str(offer.block) if offer.block else "", offer.left) == expected


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(networks("10.179.0.0/16", 20, 32), st.sampled_from([NAT, OURS, THEIRS])), max_size=8))
def test_what_is_offered_overlaps_nothing_and_the_count_is_right(blocks: list[tuple[IPv4Network, str]]) -> None:
    """Against every /27 of the pool, one by one."""
    entries = [Held(IPv4Network("10.179.0.0/27"), NAT, "acme"), *(Held(block, kind, "") for block, kind in blocks)]
    (offer,) = offers(entries)
    free = [
        each for each in offer.within.subnets(new_prefix=27) if not any(each.overlaps(one.block) for one in entries)
    ]
    assert offer.left == len(free)
    assert offer.block == free[0]


@settings(deadline=None, max_examples=30)
@given(st.lists(networks("192.168.0.0/16", 16, 32), max_size=8))
def test_the_free_addresses_and_cells_of_a_space(blocks: list[IPv4Network]) -> None:
    space = next(each for each in spaces([Held(block, THEIRS, "") for block in blocks]) if each.block.prefixlen == 16)
    taken = {int(address) for block in blocks for address in (block if block.prefixlen > 20 else ())}
    for block in blocks:
        if block.prefixlen <= 20:
            taken.update(range(int(block.network_address), int(block.broadcast_address) + 1))
    assert space.free == 65_536 - len(taken)
    for number, cell in enumerate(space.cells):
        part = IPv4Network((int(space.block.network_address) + number * 256, 24))
        assert cell == ("t" if any(block.overlaps(part) for block in blocks) else ".")


def test_the_more_particular_is_drawn() -> None:
    """A VPC of ours within a reserved block, and a NAT block within a cell that a partner has too."""
    found = spaces(
        held(("10.0.0.0/9", RESERVED), ("10.3.0.0/16", OURS), ("10.200.0.0/27", NAT), ("10.200.1.0/24", THEIRS))
    )
    cells = found[0].cells
    assert (cells[2], cells[3], cells[127], cells[200], cells[201]) == ("r", "o", "r", "n", ".")
