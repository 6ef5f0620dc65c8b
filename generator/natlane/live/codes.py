"""Codes about AWS's answers and their recordings, for the catalogue of codes."""

from __future__ import annotations

from typing import Final

from natlane.problems import codes_about

CODES: Final = (
    *codes_about(
        "Adopting",
        "docs/adopting.md",
        (
            (
                "adopt-attachment",
                "The VPC is attached to the landing zone's transit gateway.",
                "a VPC that reaches ours by peering",
                "attach it by its natted subnets",
            ),
            (
                "adopt-block",
                "The VPC has no block but nat_cidr's or vpc_cidr and natted_cidr.",
                "a third block of the VPC",
                "take it from the VPC",
            ),
            (
                "adopt-carving",
                "The subnets are those that natlane cuts from a block.",
                "public subnets 10.181.0.0/28 and 10.181.0.64/28",
                "a new VPC N beside it",
            ),
            (
                "adopt-cidrs",
                "The connection, or the VPC's tables, say what the partner's networks are.",
                "a static connection without a route",
                "the route that is missing",
            ),
            (
                "adopt-connections",
                "The gateway has one VPN connection.",
                "two connections on one virtual private gateway",
                "a VPC for each partner",
            ),
            (
                "adopt-device",
                "The customer gateway has an address, and no name.",
                "a customer gateway with a certificate",
                "one with an address",
            ),
            (
                "adopt-endpoint",
                "Endpoints are interface endpoints, with one place in every public subnet.",
                "an S3 gateway endpoint",
                "delete it",
            ),
            (
                "adopt-gateway",
                "The VPN ends on a virtual private gateway of the VPC.",
                "a VPN on the transit gateway",
                "natlane new",
            ),
            (
                "adopt-load-balancer",
                "No load balancer is in the VPC.",
                "an internal NLB in the public subnets",
                "natlane new",
            ),
            (
                "adopt-missing",
                "The network account has what is named.",
                "the id of another region's VPC",
                "the VPC or connection of the network account",
            ),
            (
                "adopt-nat",
                "NAT gateways are private, and have the first addresses of their subnets.",
                "a public NAT gateway",
                "a private one in its place",
            ),
            (
                "adopt-pattern",
                "AWS has nothing that the module would not have.",
                "a route to another VPC in the public table",
                "change it in AWS first",
            ),
            (
                "adopt-propagation",
                "No table takes what the partner announces.",
                "route propagation in the public table",
                "static routes, and propagation off",
            ),
            (
                "adopt-subnet",
                "Each subnet is a NAT gateway's or the attachment's.",
                "a subnet of hosts",
                "delete it",
            ),
            (
                "adopt-table",
                "The public subnets share a table, each natted one has its own.",
                "both natted subnets on one table",
                "a table for each, to its zone's NAT gateway",
            ),
            (
                "adopt-taken",
                "No other partner has it.",
                "a VPC that partner globex imports",
                "natlane drift globex",
            ),
            (
                "adopt-tunnels",
                "AWS reports both inside blocks, and lists the tunnels by address.",
                "no TunnelInsideCidr in the answer",
                "set them in AWS to what they are",
            ),
            (
                "adopt-zones",
                "Each zone has one public and one natted subnet.",
                "a NAT gateway in one of two zones",
                "a NAT gateway for the other",
            ),
        ),
    ),
    *codes_about(
        "Reading AWS",
        "docs/live.md",
        (
            (
                "aws-account",
                "The credentials enter the account that is meant.",
                "--account production=111111111111, with a profile of 222222222222",
                "the account's role_arn, or a profile that enters it",
            ),
            (
                "aws-answer",
                "AWS answers whole.",
                "a search of routes that left some out",
                "run the command again, or install a newer boto3",
            ),
            ("aws-credentials", "There are valid credentials.", "an expired session", "aws sso login"),
            (
                "aws-denied",
                "The caller may describe what is asked.",
                "ec2:SearchTransitGatewayRoutes is denied",
                'allow "Action": "ec2:SearchTransitGatewayRoutes"',
            ),
            (
                "aws-throttled",
                "AWS answers within the tries that natlane makes.",
                "RequestLimitExceeded, five times",
                "run the command again later",
            ),
            ("aws-unreachable", "AWS can be reached.", "no route to the endpoint", "run the command again"),
            (
                "discover-account",
                "The transit gateway's owner is among the accounts that are read.",
                "a shared transit gateway, without its own account",
                "--account network=333333333333:ROLE",
            ),
            (
                "discover-transit-gateway",
                "One transit gateway is meant.",
                "two transit gateways in the region",
                "--transit-gateway tgw-0a1b2c3d4e5f60718",
            ),
        ),
    ),
    *codes_about(
        "Recordings",
        "docs/live.md",
        (
            (
                "record-missing",
                "A recording holds the answer to each call.",
                "--from a folder that --record did not write",
                "the folder given to --record",
            ),
            ("record-region", "A recording is of one region.", "two regions in one folder", "--region eu-west-1"),
            ("record-unreadable", "A recording is JSON, as it was written.", "a file cut in half", "record it again"),
        ),
    ),
)
