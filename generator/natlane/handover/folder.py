"""The texts of a hand-over: documents, parameters for programs, and the device's configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final

import yaml
from natlane.handover.model import HandOver
from natlane.handover.networks import Block
from natlane.handover.templates import HandOverTemplates
from natlane.handover.words import Words
from natlane.problems import Problem

DEVICE: Final = "device"
FORMAT: Final = "natlane hand-over 1"  # the first field of parameters.json, by which a later run knows a folder as ours
PARAMETERS: Final = "parameters.json"
# Hosts that route by a daemon of their own.
_ROUTED_BY: Final = {"strongswan": ("frr", "bird"), "libreswan": ("frr", "bird")}


def texts(handover: HandOver, templates: HandOverTemplates) -> dict[str, str] | Problem:
    """Every file of the folder, or the first template's mistake."""
    found: dict[str, str] = {}
    wanted = templates.of_documents("handover")
    for vendor in (handover.theirs.vendor, *_ROUTED_BY.get(handover.theirs.vendor, ())):
        if vendor:
            wanted |= {f"{DEVICE}/{name}": template for name, template in templates.of_vendor(vendor).items()}
    for name, template in wanted.items():
        text = templates.text(template, handover=handover)
        if isinstance(text, Problem):
            return text
        if text.strip():
            found[name] = text
    # The list of files is how a later run knows what it may take away.
    data = {**parameters(handover), "files": sorted((*found, PARAMETERS, "parameters.yaml"))}
    found[PARAMETERS] = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    found["parameters.yaml"] = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)
    return found


def parameters(handover: HandOver) -> dict[str, Any]:
    """The hand-over as JSON holds it: addresses as text, without the vendor's words."""
    return {"format": FORMAT, **_plain(handover)}


def _plain(value: object) -> Any:
    if isinstance(value, (IPv4Address, IPv4Network, Block)):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        held = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: _plain(each) for name, each in held.items() if not isinstance(each, Words)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    return value
