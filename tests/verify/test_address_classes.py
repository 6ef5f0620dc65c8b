"""No prefix tells the addresses of one class apart."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from natlane.prefixes import covering
from natlane.verify.address_classes import Edge, classes_of, edge, within

CLASSES = {
    "nothing": ([], ["0.0.0.0/0"]),
    "one": ([("10.0.0.0/8", "a")], ["0.0.0.0/5, 8.0.0.0/7, 11.0.0.0/8 and more", "10.0.0.0/8"]),
    "everything": ([("0.0.0.0/0", "a")], ["0.0.0.0/0"]),
    "halves of one key": ([("0.0.0.0/1", "a"), ("128.0.0.0/1", "a")], ["0.0.0.0/0"]),
    "halves of two keys": ([("0.0.0.0/1", "a"), ("128.0.0.0/1", "b")], ["0.0.0.0/1", "128.0.0.0/1"]),
    "one inside the other": (
        [("0.0.0.0/1", "a"), ("0.0.0.0/2", "b")],
        ["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/1"],
    ),
    "the last address": (
        [("0.0.0.0/0", "a"), ("255.255.255.255/32", "b")],
        ["0.0.0.0/1, 128.0.0.0/2, 192.0.0.0/3 and more", "255.255.255.255/32"],
    ),
}


@pytest.mark.parametrize("name", CLASSES)
def test_classes(name: str) -> None:
    edges, expected = CLASSES[name]
    assert [str(each) for each in classes_of(Edge(IPv4Network(prefix), key) for prefix, key in edges)] == expected


NETWORKS = st.builds(
    lambda address, length: IPv4Network((address >> (32 - length) << (32 - length), length)),
    st.integers(0, (1 << 32) - 1),
    st.integers(0, 32),
)


@given(st.lists(NETWORKS, max_size=12), st.integers(0, (1 << 32) - 1))
def test_every_address_is_in_one_class_and_like_its_representative(prefixes: list[IPv4Network], number: int) -> None:
    address = IPv4Address(number)
    holding = [
        each
        for each in classes_of(edge(prefix) for prefix in prefixes)
        if any(first <= number <= last for first, last in each.ranges)
    ]
    assert len(holding) == 1
    assert [address in prefix for prefix in prefixes] == [holding[0].representative in prefix for prefix in prefixes]


def test_within_gives_the_classes_of_a_prefix() -> None:
    prefixes = [IPv4Network("10.0.0.0/8"), IPv4Network("10.1.0.0/16")]
    classes = classes_of(edge(prefix) for prefix in prefixes)
    assert [str(each) for each in within(classes, prefixes[1:])] == ["10.1.0.0/16"]
    assert sum(last - first + 1 for each in within(classes, prefixes[:1]) for first, last in each.ranges) == 1 << 24


COVERING = [
    (["10.0.0.0/28", "10.0.0.16/28"], "10.0.0.0/27"),
    (["10.0.0.0/26", "10.0.0.64/26", "10.0.0.128/26"], "10.0.0.0/24"),
    (["10.0.0.0/28"], "10.0.0.0/28"),
    (["0.0.0.0/1", "128.0.0.0/1"], "0.0.0.0/0"),
]


@pytest.mark.parametrize(("prefixes", "expected"), COVERING)
def test_covering(prefixes: list[str], expected: str) -> None:
    assert covering(IPv4Network(prefix) for prefix in prefixes) == IPv4Network(expected)
