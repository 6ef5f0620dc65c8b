"""The arithmetic of packet sizes: the page's table, and a packet built byte by byte."""

from __future__ import annotations

import re

import pytest
from natlane.facts.aws import ENCRYPTION, INTEGRITY
from natlane.handover.sizes import TCP_HEADERS, TUNNEL_MTU, sizes

from tests.conftest import ROOT

ROWS = {
    "GCM": [("AES256-GCM-16", "SHA2-384"), ("AES128-GCM-16", "SHA1")],
    "CBC with SHA1 or SHA2-256": [("AES256", "SHA1"), ("AES128", "SHA2-256")],
    "CBC with SHA2-384": [("AES256", "SHA2-384")],
    "CBC with SHA2-512": [("AES128", "SHA2-512")],
}


@pytest.mark.parametrize("row", ROWS)
def test_the_table_of_the_page(row: str) -> None:
    page = (ROOT / "docs" / "handover.md").read_text()
    found = re.search(rf"^\| {re.escape(row)} \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    assert found
    for encryption, integrity in ROWS[row]:
        open_, behind = (sizes(encryption, integrity, behind_nat=nat) for nat in (False, True))
        assert tuple(map(int, found.groups())) == (open_.mtu, open_.mss, behind.mtu, behind.mss)


def _on_the_wire(inner: int, encryption: str, integrity: str, *, behind_nat: bool) -> int:
    """How long the packet outside is, built from its parts (RFC 4303, figure 1)."""
    iv, icv, align = (8, 16, 4) if "GCM" in encryption else (16, {"SHA1": 12}.get(integrity, 0), 16)
    icv = icv or int(integrity[-3:]) // 16  # RFC 4868: half of the hash
    padding = -(inner + 2) % align
    parts = [20, 8 if behind_nat else 0, 4 + 4, iv, inner, padding, 1 + 1, icv]
    return sum(parts)


@pytest.mark.parametrize("encryption", ENCRYPTION)
@pytest.mark.parametrize("integrity", INTEGRITY)
@pytest.mark.parametrize("behind_nat", [False, True])
def test_one_byte_more_would_be_cut_in_two(encryption: str, integrity: str, behind_nat: bool) -> None:
    found = sizes(encryption, integrity, behind_nat=behind_nat)
    assert _on_the_wire(found.mtu, encryption, integrity, behind_nat=behind_nat) <= 1500
    assert _on_the_wire(found.mtu + 1, encryption, integrity, behind_nat=behind_nat) > 1500
    assert found.mss == found.mtu - TCP_HEADERS
    pppoe = 8
    assert _on_the_wire(TUNNEL_MTU, encryption, integrity, behind_nat=True) <= 1500 - pppoe
