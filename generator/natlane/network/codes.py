"""Codes about modules that cannot be read back as a network, for the catalogue of codes."""

from __future__ import annotations

from typing import Final

from natlane.problems import codes_about

CODES: Final = (
    *codes_about(
        "Reading out/",
        "docs/proof.md",
        (
            (
                "foreign-file",
                "Every file that Terraform or OpenTofu would read in out/NAME was written by natlane.",
                "out/acme/extra.tf, or out/acme/override.tf",
                "move it away, or make it a template",
            ),
            (
                "link-leaves",
                "No link in out/ leads out of it.",
                "out/acme/vpc.tf -> /home/somebody/vpc.tf",
                "move it away",
            ),
            (
                "module-incomplete",
                "A module says which provider and state it has, and what was agreed.",
                "out/acme without versions.tf",
                "natlane generate acme",
            ),
            (
                "module-missing",
                "out/ holds a module for each partner.",
                "natlane verify before natlane generate",
                "natlane generate",
            ),
            (
                "hcl-labels",
                "Each block has as many labels as Terraform wants.",
                'resource "aws_vpc" { }',
                'resource "aws_vpc" "vpc_n" { }',
            ),
            (
                "not-understood",
                "Each block and argument is one that the proof can see through.",
                "count = 2, for_each, dynamic, a module block, file()",
                "write each resource for itself",
            ),
            (
                "undeclared",
                "Each reference is to something that the module declares.",
                "vpc_id = aws_vpc.vpc_m.id, and no such VPC",
                "vpc_id = aws_vpc.vpc_n.id",
            ),
        ),
    ),
    *codes_about(
        "Proofs, each resource",
        "docs/proof.md",
        (
            (
                "proof-account",
                "Each resource is made by the provider of the account that owns it, in our region.",
                "a route of VPC a without provider = aws.production",
                "the provider of that account",
            ),
            (
                "proof-foreign-entry",
                "No module associates an attachment that is not its partner's.",
                "out/acme associates the attachment of VPC a with a table",
                "remove it",
            ),
            (
                "proof-key",
                "No pre-shared key is written into the module.",
                "tunnel1_preshared_key as text",
                "leave it to AWS, or to a variable without default; and change the key",
            ),
            (
                "proof-misplaced",
                "Each subnet is in VPC N, each pinned address in its subnet, and only once.",
                'private_ip = "10.182.0.5" in a subnet of 10.181.0.0/28',
                "an address of the subnet",
            ),
            (
                "proof-not-understood",
                "Every resource and argument that can carry a packet is understood.",
                "an aws_vpc_peering_connection in a template",
                "leave it out of this module",
            ),
            (
                "proof-propagation",
                "No table takes what a partner announces.",
                "aws_vpn_gateway_route_propagation",
                "a static route for each partner CIDR",
            ),
            (
                "proof-value",
                "Every argument that decides about packets has a value that can be read, and a right one.",
                "cidr_block = var.cidr",
                'cidr_block = "10.181.0.0/27"',
            ),
        ),
    ),
)
