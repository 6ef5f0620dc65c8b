"""What a module's text says without being parsed: a hash, and the destinations that it may name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from ipaddress import IPv4Network
from typing import Final

from natlane.hcl.parse_cache import readers
from natlane.workspace.paths import OUT, read_bytes

_PROPAGATION: Final = "aws_ec2_transit_gateway_route_table_propagation"
_DESTINATION: Final = re.compile(r'\bdestination_cidr_block\s*=\s*"([0-9./]+)"')


def key_of(root: str, partner: str, ours: str) -> str:
    """A hash of all that a partner's verdict depends on: its files' text, our network, the parsers."""
    read_by = f"{partner}\0{ours}\0{readers()}\0"
    digest = blake2b(read_by.encode("utf-8", "surrogatepass"), digest_size=16)
    for name, content in _files(root, partner):
        digest.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogatepass") + content)
    return digest.hexdigest()


class Destinations:
    """Blocks of addresses, and a question to many modules: may a route of yours take packets for one of them?"""

    def __init__(self, blocks: Iterable[IPv4Network], texts: Iterable[str] = ()) -> None:
        """`texts` are looked for as they are: the last part of where a state is kept."""
        self._texts = tuple(texts)
        self._ranges = [(int(block.network_address), int(block.broadcast_address)) for block in blocks]
        self._known: dict[str, bool] = {}

    def may_be_named_in(self, root: str, partner: str) -> bool:
        """Whether a module's text names a destination that overlaps one of these, or could hide one.

        A destination is a literal, or its module is refused.
        """
        text = b"\n".join(content for _, content in _files(root, partner) if content).decode("utf-8", "replace")
        named = _DESTINATION.findall(text)
        hidden = len(named) != text.count("destination_cidr_block") or _PROPAGATION in text
        said = any(each in text for each in self._texts)
        return hidden or said or any(self._overlaps(each) for each in dict.fromkeys(named))

    def _overlaps(self, text: str) -> bool:
        if text not in self._known:
            try:
                prefix = IPv4Network(text, strict=False)
            except ValueError:
                return True  # whatever it is, reading the module will tell
            first, last = int(prefix.network_address), int(prefix.broadcast_address)
            self._known[text] = any(first <= high and low <= last for low, high in self._ranges)
        return self._known[text]


def _files(root: str, partner: str) -> Iterator[tuple[str, bytes]]:
    """The module's entries; what cannot be read counts by its name, and read_back says why."""
    folder = os.path.join(root, OUT, partner)
    try:
        with os.scandir(folder) as entries:
            found = sorted((each.name, each.is_symlink()) for each in entries)
    except OSError:
        return
    for name, linked in [("", os.path.islink(folder)), *found]:
        path = os.path.join(folder, name)
        kind = f"{name} -> {os.path.realpath(path)}" if linked else name
        if ".tf" not in name and ".tofu" not in name:
            yield kind, b""  # nothing that Terraform or OpenTofu reads
            continue
        try:
            yield kind, read_bytes(path)
        except OSError:
            yield f"{kind} (unreadable)", b""
