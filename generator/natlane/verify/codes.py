"""Codes of the proofs, of one partner and of the fleet, for the catalogue of codes."""

from __future__ import annotations

from typing import Final

from natlane.problems import codes_about

CODES: Final = codes_about(
    "Proofs",
    "docs/proof.md",
    (
        (
            "module-empty",
            "A packet is traced through a module that holds a network.",
            "natlane trace acme --to 192.168.60.5, with status: decommissioned",
            "another partner, or status: active",
        ),
        (
            "proof-outbound",
            "Every reached VPC reaches every partner CIDR and outbound service, from each table and zone.",
            "the route to 192.168.60.0/24 is missing in the natted table of one zone",
            "natlane generate, or mend the template",
        ),
        (
            "proof-reply",
            "Every answer reaches the sender, in whichever zone it enters VPC N and whichever table routes it.",
            "the public table has no route to VPC a's CIDR",
            "natlane generate, or mend the template",
        ),
        (
            "proof-source",
            "The partner sees pinned NAT addresses in nat_cidr, and nothing else enters the tunnel.",
            "the natted table sends to the virtual private gateway, past the NAT gateway",
            "the route to the NAT gateway of the same zone",
        ),
        (
            "proof-zone",
            "Each zone has and uses its own NAT gateway and attachment subnet.",
            "two natted subnets send to one NAT gateway",
            "the NAT gateway of each zone",
        ),
        (
            "proof-inbound",
            "The partner reaches its endpoints and services on their ports, from every partner CIDR.",
            "the security group's rule for port 443 is missing",
            "natlane generate, or mend the template",
        ),
        (
            "proof-exposed",
            "The partner reaches nothing else, from any source to any address, protocol and port.",
            'ip_protocol = "-1" in a security group rule',
            "one rule for each caller and port",
        ),
        (
            "proof-places",
            "Each partner CIDR stands alike in all places that name it.",
            "192.168.61.0/24 is routed by VPC a, and VPN and tables do not know it",
            "add it to partner_cidrs, or remove the route",
        ),
        (
            "proof-extra-route",
            "No table holds an entry that nothing asks for.",
            "a default route in the public table",
            "remove it",
        ),
        (
            "proof-takes-ours",
            "No entry in a shared table takes packets between our own VPCs.",
            "a route to 10.0.0.0/8 in the table of VPC a",
            "reach it by outbound.services",
        ),
        (
            "proof-association",
            "Packets from VPC N and from the VPN are routed by the partners' table or the partner's own.",
            "VPC N's attachment is associated with the table of VPC a",
            "the partners' table",
        ),
        (
            "proof-selector",
            "The traffic selectors let through all that the routes send, and BGP where it is used.",
            'remote_ipv4_network_cidr = "10.181.0.0/28", and nat_cidr is a /27',
            'remote_ipv4_network_cidr = "10.181.0.0/27"',
        ),
        (
            "proof-selector-wide",
            "Traffic selectors that are written let through no more than the routes send.",
            'local_ipv4_network_cidr = "192.168.0.0/16" for the partner CIDR 192.168.60.0/24',
            'local_ipv4_network_cidr = "192.168.60.0/24"',
            "warning",
        ),
        (
            "proof-security-group",
            "Each endpoint and load balancer has a security group, each rule one needed caller or target and port.",
            "from_port = 0, to_port = 65535",
            "each caller and port",
        ),
        (
            "proof-stated",
            "The outputs say what the resources hold.",
            "output nat_addresses with another address than the NAT gateway's",
            "natlane generate",
        ),
        (
            "proof-unstated",
            "The outputs name everything that the partner was promised.",
            "outputs.tf without tunnel2_address",
            "natlane generate, or mend the template",
            "warning",
        ),
        (
            "proof-twice-written",
            "No route is written twice, by one module or by two.",
            "two partners have 192.168.60.0/24, and reach the same VPC",
            "give each partner a block of its own, or reach one of them by outbound.services",
        ),
        (
            "proof-partners-overlap",
            "In no transit gateway table does one module's route take packets of another's.",
            "192.168.0.0/16 of acme and 192.168.60.0/24 of globex in one table",
            "reach one of them by outbound.services",
        ),
        (
            "proof-state-shared",
            "No two modules keep Terraform's state in one place.",
            'key = "partners/acme.tfstate" in out/globex too',
            "the key that natlane generates",
        ),
        (
            "proof-beside",
            "Where only some partners are asked for, every other module that could be in their way is understood.",
            "natlane verify acme, while out/globex was edited by hand",
            "see natlane verify globex",
        ),
    ),
)
