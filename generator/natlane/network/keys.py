"""Where a module may speak of pre-shared keys: in the VPN connection's own arguments, and nowhere else.

AWS gives the keys as attributes of the connection. Written into a tag, an output or a dashboard, they would be read by
many who may not know them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from natlane.hcl.blocks import Block, Expression, Value
from natlane.network.reader import ModuleReader

# A key by its name, or the whole connection, which holds both.
_KEYS: Final = re.compile(
    r"\btunnel[12]_preshared_key\b|\bcustomer_gateway_configuration\b"
    r"|\baws_vpn_connection\s*\.\s*[\w-]+(?!\s*\.\s*[A-Za-z_]|[\w-])"
)
_NO_VALUES: Final = frozenset(("depends_on", "replace_triggered_by", "from", "to", "ignore_changes"))
_OWN: Final = frozenset(("tunnel1_preshared_key", "tunnel2_preshared_key"))


def check_keys_stay(reader: ModuleReader, block: Block) -> None:
    """No expression takes a key anywhere."""
    if block.kind == "variable":
        return  # by which a key comes in, and which asks for its form
    own = _OWN if block.kind == "resource" and block.labels[0] == "aws_vpn_connection" else frozenset[str]()
    for name, attribute in block.attributes.items():
        if name not in _NO_VALUES | own and any(map(_KEYS.search, _texts(attribute.value))):
            message = "takes a pre-shared key out of the VPN connection"
            reader.wrong(block, name, message, "leave it out; the partner's key is handed over by hand", "proof-key")
    for inner in block.blocks:
        check_keys_stay(reader, inner)


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, Expression):
        yield value.text
    elif isinstance(value, (tuple, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
