"""The `handover` of a descriptor: details that only the partner's engineers need."""

from ipaddress import IPv4Address
from typing import Annotated, NamedTuple

from natlane.describe.field_types import Listing, Record
from natlane.describe.scalar_types import Address, Choice, Integer, Text

_INTERFACE = Text("an interface's name, as the device writes it", r"[A-Za-z][\w./:-]*", 32, "GigabitEthernet1")
CALL_NAME = Text("a name: lower-case letters, digits and single hyphens", r"[a-z](?!.*--)[a-z0-9-]{0,30}(?<!-)", 32)


class Call(NamedTuple):
    """A service of the partner's that we call at its own address."""

    name: Annotated[str, CALL_NAME, "what it is"]
    address: Annotated[IPv4Address, Address(), "the partner's host"]
    port: Annotated[int, Integer(1, 65_535), "its port"]
    protocol: Annotated[str, Choice(("tcp", "udp")), "tcp or udp"] = "tcp"


class Interfaces(NamedTuple):
    """Interfaces of the partner's device; absent: a word in capitals that the partner replaces."""

    outside: Annotated[str | None, _INTERFACE, "the one with the public address"] = None
    inside: Annotated[str | None, _INTERFACE, "the one towards the partner's hosts"] = None


class HandOverDetails(NamedTuple):
    """What the hand-over says beside what the tunnels need."""

    incident_contacts: Annotated[tuple[str, ...], Listing(Text("a contact")), "whom to call at night"] = ()
    maintenance_window: Annotated[
        str | None, Text("a maintenance window", "", 200), "when the partner may work on its side"
    ] = None
    interfaces: Annotated[Interfaces, Record(Interfaces), "interfaces of the partner's device"] = Interfaces()
    calls: Annotated[
        tuple[Call, ...],
        Listing(Record(Call), 0, 100),
        "what we call at the partner; absent: anything in partner_cidrs, and the partner's firewall lets in all of it",
    ] = ()
