"""One packet through a network: routing, translation, and where it ends.

Our side must be given; the rest is read from a folder of Terraform.

>>> from ipaddress import IPv4Address, IPv4Network
>>> from natlane.forwarding import Choices, Host, Packet, walk
>>> from natlane.network import OurNetwork, OurVpc, network_of, read_module, read_segment
>>> vpc = OurVpc(
...     name="a",
...     account="production",
...     cidrs=(IPv4Network("10.150.0.0/16"),),
...     attachment="tgw-attach-0bbbbbbbbbbbbbbbb",
...     transit_table="tgw-rtb-0bbbbbbbbbbbbbbbb",
...     tables=("rtb-0cccccccccccccccc",),
... )
>>> ours = OurNetwork(
...     region="eu-west-1",
...     zones=("eu-west-1a", "eu-west-1b"),
...     accounts={"master": "111111111111", "production": "222222222222", "staging": "333333333333"},
...     network_account="master",
...     transit_account="master",
...     transit_gateway="tgw-0a1b2c3d4e5f60718",
...     vpcs={"a": vpc},
...     partner_table="tgw-rtb-0aaaaaaaaaaaaaaaa",
... )

Then a packet is walked in six lines:

>>> module, problems = read_module(".", "out/globex")
>>> segment, problems = read_segment(module, ours)
>>> network = network_of(ours, [segment])
>>> packet = Packet(IPv4Address("10.150.0.10"), IPv4Address("192.168.60.20"))
>>> end = walk(network, Host("a", "rtb-0cccccccccccccccc"), packet, Choices("eu-west-1b")).end
>>> print(f"{end.kind} {end.name} sees {end.packet.source}")
partner globex sees 10.181.0.20
"""

from natlane.forwarding.packet import (
    Choices,
    Delivered,
    Dropped,
    Hop,
    Host,
    OnTransitGateway,
    Packet,
    PartnerHost,
    Walk,
)
from natlane.forwarding.walk import comes_back, reply_to, walk

__all__ = [
    "Choices",
    "Delivered",
    "Dropped",
    "Hop",
    "Host",
    "OnTransitGateway",
    "Packet",
    "PartnerHost",
    "Walk",
    "comes_back",
    "reply_to",
    "walk",
]
