"""Codes about AWS's answers and their recordings, for the catalogue of codes."""

from __future__ import annotations

from typing import Final

from natlane.problems import codes_about

CODES: Final = (
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
