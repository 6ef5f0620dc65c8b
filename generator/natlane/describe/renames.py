"""Renamed partners: which of them a folder of out/ without a descriptor belongs to."""

from __future__ import annotations

import os

from natlane.describe.document import Document, read
from natlane.describe.nodes import Path
from natlane.workspace.paths import OUT, descriptor_path, partner_names, read_bytes


def renamed_to(root: str, gone: str) -> str:
    """The partner that was renamed from one whose descriptor is gone, empty where none was.

    Its `renamed_from` names it, or, where it was renamed twice, it has the device that the folder names.
    """
    for name in partner_names(root)[0]:
        document, _ = read(root, descriptor_path(name))
        former = document.text_at(("renamed_from",)) if document else ""
        if document and former == gone:
            return name
        if document and former and _holds(root, gone, document):
            return name
    return ""


def folder_is_of_renamed(root: str, gone: str) -> bool:
    """Whether a folder without a descriptor holds the very network of the partner that it is now."""
    heir = renamed_to(root, gone)
    document, _ = read(root, descriptor_path(heir)) if heir else (None, [])
    return document is not None and _holds(root, gone, document)


def _holds(root: str, gone: str, document: Document) -> bool:
    """Whether a folder's module is this partner's: of its device, and of its block."""
    fields: tuple[Path, ...] = (("vpn", "customer_gateway", "ip"), ("vpn", "customer_gateways", 0, "ip"))
    device, block = next(filter(None, map(document.text_at, fields)), ""), document.text_at(("nat_cidr",))
    return bool(device and block) and _says(root, gone, "vpn.tf", device) and _says(root, gone, "outputs.tf", block)


def _says(root: str, gone: str, file: str, value: str) -> bool:
    try:
        return f'= "{value}"'.encode() in read_bytes(os.path.join(root, OUT, gone, file))
    except OSError:
        return False
