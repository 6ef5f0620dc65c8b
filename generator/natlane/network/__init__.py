"""The model of the network, and how a partner's segment of it is read from Terraform.

A `Network` is our network and the segments of any number of partners. `read_segment` makes a segment of a module;
whoever knows a network by other means makes a `Segment` of its own, and `network_of` joins them.

>>> from natlane.network import read_module
>>> module, problems = read_module(".", "out/globex")
>>> module.addresses["aws_nat_gateway.nat_a"].attributes["private_ip"].value
'10.181.0.4'
"""

from natlane.network.build import network_of
from natlane.network.from_hcl import read_segment
from natlane.network.model import Network, Segment
from natlane.network.module import Module, read_module
from natlane.network.our_network import OurNetwork, OurVpc
from natlane.network.tables import Origin

__all__ = [
    "Module",
    "Network",
    "Origin",
    "OurNetwork",
    "OurVpc",
    "Segment",
    "network_of",
    "read_module",
    "read_segment",
]
