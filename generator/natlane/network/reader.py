"""Typed values out of a module's blocks; what cannot be read, or could carry a packet unseen, is a problem."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Final

from natlane.hcl.blocks import Block, Value
from natlane.network.known_arguments import ANY_RESOURCE, INSIDE, NO_PACKETS, TUNNELS, UNDERSTOOD
from natlane.network.module import Module
from natlane.network.our_network import OurNetwork
from natlane.network.tables import Origin
from natlane.problems import Problem

_WHOLE: Final = re.compile(r"[0-9]{1,10}")
_PREFIX: Final = re.compile(r"[0-9.]{7,15}/[0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class ModuleReader:
    """A module while it is read, beside our network. What cannot be read is noted in `problems`.

    A text that cannot be read is empty and a number 0 in the meantime; an address or a prefix is None, so that
    nothing is made of it. Whoever uses what was read must first see that `problems` is empty.
    """

    module: Module
    ours: OurNetwork
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, block: Block, name: str, message: str, hint: str = "", code: str = "proof-value") -> None:
        """Note a problem at an argument, or at the block where it has none of that name."""
        line = block.attributes[name].line if name in block.attributes else block.line
        self.problems.append(Problem(code, "error", block.path, line, 1, address_of(block), message, hint))

    def value(self, block: Block, name: str) -> Value:
        """An argument, None where it is absent."""
        attribute = block.attributes.get(name)
        return attribute.value if attribute else None

    def text(self, block: Block, name: str) -> str:
        """An argument that must be a literal string."""
        value = self.value(block, name)
        if isinstance(value, str):
            return value
        self.wrong(block, name, f"{name} is not a literal string" if name in block.attributes else f"{name} is missing")
        return ""

    def integer(self, block: Block, name: str) -> int:
        """An argument that must be a whole number, quoted or not."""
        value = self.value(block, name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and _WHOLE.fullmatch(value):
            return int(value)
        self.wrong(block, name, f"{name} is not a whole number" if name in block.attributes else f"{name} is missing")
        return 0

    def flag(self, block: Block, name: str, *, default: bool) -> bool:
        """A true or false, quoted or not; `default` is what the provider takes where it is absent."""
        if name not in block.attributes:
            return default
        value = self.value(block, name)
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        self.wrong(block, name, f"{name} is not true or false")
        return default

    def cidr(self, block: Block, name: str) -> IPv4Network | None:
        """An argument that must be an IPv4 prefix without host bits."""
        text = self.text(block, name)
        try:
            if _PREFIX.fullmatch(text):  # Python takes more forms than Terraform does
                return IPv4Network(text)
        except ValueError:
            pass
        if text:
            self.wrong(block, name, f"{name}: {text!r} is not an IPv4 prefix")
        return None

    def address(self, block: Block, name: str) -> IPv4Address | None:
        """An argument that must be an IPv4 address."""
        text = self.text(block, name)
        return self._address(block, name, text) if text else None

    def addresses(self, block: Block, name: str) -> tuple[IPv4Address, ...]:
        """A list of IPv4 addresses, empty where the argument is absent."""
        found = (self._address(block, name, str(item)) for item in self._items(block, name))
        return tuple(each for each in found if each)

    def _address(self, block: Block, name: str, text: str) -> IPv4Address | None:
        try:
            return IPv4Address(text)
        except AddressValueError:
            self.wrong(block, name, f"{name}: {text!r} is not an IPv4 address")
            return None

    def reference(self, block: Block, name: str, *forms: str) -> str:
        """The label of the resource that an argument refers to, in one of the forms `aws_subnet.id`."""
        value = self.value(block, name)
        if value is None:
            self.wrong(block, name, f"{name} is missing")
            return ""
        return self._label(block, name, value, forms)

    def references(self, block: Block, name: str, *forms: str) -> tuple[str, ...]:
        """The labels of a list of references of these forms, empty where the argument is absent."""
        return tuple(self._label(block, name, item, forms) for item in self._items(block, name))

    def _items(self, block: Block, name: str) -> tuple[Value, ...]:
        value = self.value(block, name)
        if isinstance(value, tuple):
            return value
        if value is not None:
            self.wrong(block, name, f"{name} is not a list")
        return ()

    def _label(self, block: Block, name: str, value: Value, forms: tuple[str, ...]) -> str:
        found = self.referred(value, *forms)
        if not found:
            wanted = " or ".join(form.replace(".", ".<label>.") for form in forms)
            self.wrong(block, name, f"{name} does not refer to {wanted}", code="proof-not-understood")
        return found

    def referred(self, value: Value, *forms: str) -> str:
        """The label in a reference of one of these forms, empty where it is something else."""
        found = self.module.resolve(value)
        if found is None or found[0].kind != "resource" or f"{found[0].labels[0]}.{found[1]}" not in forms:
            return ""
        return found[0].labels[1]


def address_of(block: Block) -> str:
    """`aws_subnet.public_a`; a block inside a resource has no address and gives its own kind."""
    return ".".join(block.labels) if block.kind == "resource" else ".".join((block.kind, *block.labels))


def origin_of(block: Block) -> Origin:
    """Where a block stands."""
    return Origin(address_of(block), block.path, block.line)


def check_understood(reader: ModuleReader) -> None:
    """Every resource is known to carry packets in a known way, or to carry none."""
    for block in reader.module.blocks:
        if block.kind != "resource":
            continue
        kind = block.labels[0]
        known = UNDERSTOOD.get(kind, NO_PACKETS.get(kind))
        if known is None:
            message = f"{kind} is not known to the proof, so nothing can be said about its packets"
            reader.wrong(block, "", message, "leave it out of this module", "proof-not-understood")
            continue
        for name in sorted(INSIDE.keys() & block.attributes.keys()):
            message = f"{name} is an argument here, and should be a block"
            reader.wrong(block, name, message, code="proof-not-understood")
        tunnels = TUNNELS if kind == "aws_vpn_connection" else frozenset[str]()
        _check_arguments(reader, block, known | ANY_RESOURCE | tunnels)
        for inner in block.blocks:
            if inner.kind in INSIDE:
                _check_arguments(reader, inner, INSIDE[inner.kind])


def _check_arguments(reader: ModuleReader, block: Block, known: frozenset[str]) -> None:
    for name in (*block.attributes, *(inner.kind for inner in block.blocks)):
        if name not in known:
            message = f"{name} is not known to the proof, so nothing can be said about its packets"
            reader.wrong(block, name, message, code="proof-not-understood")
