"""The texts of a hand-over: documents, parameters for programs, and the device's configuration."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final

import yaml
from natlane.handover.algorithm_names import Words
from natlane.handover.build import DEVICE
from natlane.handover.model import HandOver
from natlane.handover.networks import Block
from natlane.handover.templates import HandOverTemplates
from natlane.problems import Problem

FORMAT: Final = "natlane hand-over 1"  # the first field of parameters.json, by which a later run knows a folder as ours
PARAMETERS: Final = "parameters.json"
_AS_YAML: Final = "parameters.yaml"
BOTH: Final = (PARAMETERS, _AS_YAML)
_COMMON: Final = ("partner", "description", "complete")
_OF_DEVICE: Final = ("theirs", "ours", "agreed", "tunnels")
# Hosts that route by a daemon of their own.
_ROUTED_BY: Final = {"strongswan": ("frr", "bird"), "libreswan": ("frr", "bird")}


def texts(handover: HandOver, templates: HandOverTemplates) -> dict[str, str] | Problem:
    """Every file of the folder, or the first template's mistake."""
    found: dict[str, str] = {}
    documents = templates.of_documents("handover")
    wanted = [(name, template, handover) for name, template in documents.items()]
    for device in handover.devices:
        wanted += [
            (f"{device.folder}/{name}", template, device) for name, template in _configuration(device, templates)
        ]
    for name, template, about in wanted:
        text = templates.text(template, handover=about)
        if isinstance(text, Problem):
            return text
        if text.strip():
            found[name] = text
    # The list of files and their digests are how a later run knows what it may take away.
    names = sorted((*found, *BOTH))
    digests = {name: digest_of(found[name].encode()) for name in names if name in found}
    return found | parameter_files({**parameters(handover), "files": names, "sha256": digests})


def parameter_files(data: Mapping[str, Any]) -> dict[str, str]:
    """The parameters in both forms."""
    return {
        PARAMETERS: json.dumps(data, ensure_ascii=False, indent=2) + "\n",
        _AS_YAML: yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120),
    }


def digest_of(content: bytes) -> str:
    """What a file's content is known by."""
    return sha256(content).hexdigest()


def may_hold(name: str, templates: HandOverTemplates) -> bool:
    """Whether a hand-over of some partner may have a file of this name, relative to its folder."""
    folder, _, base = name.rpartition("/")
    if not folder:
        return base in BOTH or base in templates.of_documents("handover")
    return folder.split("/")[0] == DEVICE and folder.count("/") < 2 and base in templates.of_any_vendor()


def _configuration(device: HandOver, templates: HandOverTemplates) -> Iterator[tuple[str, str]]:
    """The files of a device's configuration, and the templates that give them."""
    for vendor in (device.theirs.vendor, *_ROUTED_BY.get(device.theirs.vendor, ())):
        if vendor:
            yield from templates.of_vendor(vendor).items()


def parameters(handover: HandOver) -> dict[str, Any]:
    """The hand-over as JSON holds it: addresses as text, without the vendor's words.

    What one device has stands at the top; of several devices each stands in `devices`, so that no program takes the
    first one for all.
    """
    common = {"format": FORMAT, **{name: _plain(getattr(handover, name)) for name in _COMMON}}
    if not handover.several:
        return common | of_device(handover)
    devices = [{"name": each.name, "title": each.title, **of_device(each)} for each in handover.devices]
    return {**common, "devices": devices}


def of_device(device: HandOver) -> dict[str, Any]:
    """What is given for one device."""
    return {name: _plain(getattr(device, name)) for name in _OF_DEVICE}


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
