"""What is YAML and what is not, and where each mistake is."""

from __future__ import annotations

import pytest
from natlane.describe.document import MOST_BYTES, read_text

CASES = {
    "empty": (b"", "yaml-empty", 1, 1),
    "only a comment": (b"# nothing\n", "yaml-empty", 1, 1),
    "null": (b"~\n", "yaml-empty", 1, 1),
    "a list": (b"- a\n", "yaml-not-mapping", 1, 1),
    "text": (b"hello\n", "yaml-not-mapping", 1, 1),
    "not UTF-8": (b"a: 1\nb: \xff\n", "file-not-utf8", 2, 4),
    "UTF-16": ("a: 1\n".encode("utf-16"), "file-not-utf8", 1, 1),
    "too large": (b"a: " + b"x" * MOST_BYTES, "file-too-large", 0, 0),
    "control character": (b"a: 1\nb: x\x07\n", "yaml-character", 2, 5),
    "NUL": (b"a: \x00\n", "yaml-character", 1, 4),
    "unclosed bracket": (b"a: [1, 2\nb: 3\n", "yaml-syntax", 1, 4),
    "tab": (b"a:\n\tb: 1\n", "yaml-syntax", 2, 1),
    "the middle of a merge conflict": (b"a: 1\n=======\nb: 2\n", "yaml-conflict", 2, 1),
    "the middle, with carriage returns": (b"a: 1\r\n=======\r\nb: 2\r\n", "yaml-conflict", 2, 1),
    "what both sides came from": (b"a: 1\n||||||| 0a1b2c3\nb: 2\n", "yaml-conflict", 2, 1),
    "tag": (b"a: !!python/object:os.system x\n", "yaml-tag", 1, 4),
    "standard tag": (b"a: !!str 1\n", "yaml-tag", 1, 4),
    "duplicate key": (b"a: 1\nb: 2\na: 3\n", "yaml-duplicate-key", 3, 1),
    "duplicate key inside": (b"a: {x: 1, x: 2}\n", "yaml-duplicate-key", 1, 11),
    "merge key": (b"a: &a {x: 1}\nb:\n  <<: *a\n", "yaml-merge", 3, 3),
    "key that is a list": (b"[a, b]: 1\n", "yaml-key", 1, 1),
    "two documents": (b"a: 1\n---\nb: 2\n", "yaml-documents", 2, 1),
    "alias without anchor": (b"a: *x\n", "yaml-alias", 1, 4),
    "alias to itself": (b"a: &a [*a]\n", "yaml-alias", 1, 8),
    "too many aliases": (b"a: &a [1]\nb: [" + b"*a, " * 101 + b"*a]\n", "yaml-alias", 2, 405),
    "too deep": (b"a: " + b"[" * 100_000, "yaml-depth", 1, 19),
    "billion laughs": (
        b"a: &a [x, x, x, x, x, x, x, x, x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (c, c, b", ".join([b"*%c" % (c - 1)] * 9)) for c in b"bcdefghij"),
        "yaml-alias",
        6,
        8,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_not_a_document_is_a_problem_at_its_place(name: str) -> None:
    raw, code, line, column = CASES[name]
    document, problems = read_text("partners/acme.yaml", raw)
    assert document is None
    assert [(each.code, each.line, each.column) for each in problems] == [(code, line, column)]


def test_every_duplicate_key_is_told() -> None:
    _, problems = read_text("x.yaml", b"a: 1\na: 2\nb: 1\nb: 2\n")
    assert [str(each) for each in problems] == [
        "x.yaml:2:1: a: a is already written in line 1; keep one [error: yaml-duplicate-key]",
        "x.yaml:4:1: b: b is already written in line 3; keep one [error: yaml-duplicate-key]",
    ]


PLACES = {
    ("nat_cidr",): (2, 11),
    ("vpn",): (3, 1),
    ("vpn", "asn"): (4, 8),
    ("vpn", "tunnels", "1", "inside_cidr"): (6, 22),
    ("vpn", "tunnels", "2", "inside_cidr"): (5, 3),
    ("vpn", "missing"): (3, 1),
    ("cidrs",): (7, 1),
    ("cidrs", 1): (9, 5),
    ("cidrs", 7): (7, 1),
    ("missing",): (1, 1),
}


@pytest.mark.parametrize("field", PLACES, ids=lambda field: ".".join(map(str, field)))
def test_a_field_has_its_place_or_that_of_its_nearest_parent(field: tuple[str | int, ...]) -> None:
    raw = (
        b"partner: acme\nnat_cidr: 10.0.0.0/27\nvpn:\n  asn: 65000\n  tunnels:\n"
        b"    1: {inside_cidr: 169.254.1.0/30}\ncidrs:\n  - a\n  - b\n"
    )
    document, problems = read_text("x.yaml", raw)
    assert document is not None
    assert not problems
    assert document.place(field) == PLACES[field]


def test_a_byte_order_mark_is_no_mistake() -> None:
    document, problems = read_text("x.yaml", b"\xef\xbb\xbfa: 1\n")
    assert document is not None
    assert not problems


def test_an_alias_within_bounds_is_its_anchors_value() -> None:
    document, _ = read_text("x.yaml", b"a: &a {x: 1}\nb: *a\n")
    assert document is not None
    assert document.root.entries["b"][1] is document.root.entries["a"][1]
