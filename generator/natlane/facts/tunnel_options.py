"""The options of one tunnel of a VPN connection: their names in Terraform, in AWS and in a descriptor, and defaults.

Sources: EC2 API reference, TunnelOption and GetActiveVpnTunnelStatus; Site-to-Site VPN user guide, "Tunnel options";
hashicorp/aws 6.58, internal/service/ec2/vpnsite_connection.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from natlane.facts import aws


class TunnelOption(NamedTuple):
    """An option that AWS reports, and that the descriptor has a field for below `vpn`."""

    field: tuple[str, ...]
    argument: str  # of aws_vpn_connection, after `tunnelN_`
    member: str  # of TunnelOption in AWS's API
    aws_default: str | int | tuple[str, ...] | tuple[int, ...]  # what AWS takes where nothing is asked for
    provider_default: str | int | None = None  # what the provider asks for where the argument is not written
    negotiated: str | None = None  # the member of GetActiveVpnTunnelStatus: what both ends agreed on


OPTIONS: Final = (
    TunnelOption(("ike_versions",), "ike_versions", "IkeVersions", aws.IKE_VERSIONS, negotiated="IkeVersion"),
    TunnelOption(
        ("phase1", "encryption"),
        "phase1_encryption_algorithms",
        "Phase1EncryptionAlgorithms",
        aws.ENCRYPTION,
        negotiated="Phase1EncryptionAlgorithm",
    ),
    TunnelOption(
        ("phase1", "integrity"),
        "phase1_integrity_algorithms",
        "Phase1IntegrityAlgorithms",
        aws.INTEGRITY,
        negotiated="Phase1IntegrityAlgorithm",
    ),
    TunnelOption(
        ("phase1", "dh_groups"),
        "phase1_dh_group_numbers",
        "Phase1DHGroupNumbers",
        aws.PHASE1_DH_GROUPS,
        negotiated="Phase1DHGroup",
    ),
    TunnelOption(("phase1", "lifetime"), "phase1_lifetime_seconds", "Phase1LifetimeSeconds", 28_800, 28_800),
    TunnelOption(
        ("phase2", "encryption"),
        "phase2_encryption_algorithms",
        "Phase2EncryptionAlgorithms",
        aws.ENCRYPTION,
        negotiated="Phase2EncryptionAlgorithm",
    ),
    TunnelOption(
        ("phase2", "integrity"),
        "phase2_integrity_algorithms",
        "Phase2IntegrityAlgorithms",
        aws.INTEGRITY,
        negotiated="Phase2IntegrityAlgorithm",
    ),
    TunnelOption(
        ("phase2", "dh_groups"),
        "phase2_dh_group_numbers",
        "Phase2DHGroupNumbers",
        aws.PHASE2_DH_GROUPS,
        negotiated="Phase2DHGroup",
    ),
    TunnelOption(("phase2", "lifetime"), "phase2_lifetime_seconds", "Phase2LifetimeSeconds", 3_600, 3_600),
    TunnelOption(("rekey", "margin"), "rekey_margin_time_seconds", "RekeyMarginTimeSeconds", 270, 540),
    TunnelOption(("rekey", "fuzz"), "rekey_fuzz_percentage", "RekeyFuzzPercentage", 100, 100),
    TunnelOption(("replay_window",), "replay_window_size", "ReplayWindowSize", 1_024, 1_024),
    TunnelOption(("startup_action",), "startup_action", "StartupAction", "add", "add"),
    TunnelOption(("dpd", "action"), "dpd_timeout_action", "DpdTimeoutAction", "clear", "clear"),
    TunnelOption(("dpd", "timeout"), "dpd_timeout_seconds", "DpdTimeoutSeconds", 30, 30),
)
# What is compared and adopted in a way of its own: the argument, and the descriptor's field.
OTHER_ARGUMENTS: Final = {
    "enable_tunnel_lifecycle_control": ("lifecycle_control",),
    "inside_cidr": ("inside_cidr",),
    "log_options": ("logs",),
    "preshared_key": ("preshared_keys",),
}
FIELDS: Final = {**{each.argument: each.field for each in OPTIONS}, **OTHER_ARGUMENTS}
# Of these both ends must have one in common, or the tunnel does not come up; the inside addresses must be the same.
AGREED: Final = frozenset((*(each.argument for each in OPTIONS if each.negotiated), "inside_cidr"))
_TUNNEL: Final = re.compile(r"tunnel([12])_.+")


def of_both_tunnels(options: Iterable[str]) -> tuple[str, ...]:
    """The arguments of these options, of tunnel 1 and then of tunnel 2."""
    names = tuple(options)
    return tuple(f"tunnel{number}_{name}" for number in (1, 2) for name in names)


def tunnel_of(argument: str) -> str | None:
    """The tunnel that ModifyVpnTunnelOptions interrupts for an argument: "1", "2" or none."""
    match = _TUNNEL.fullmatch(argument)
    return match[1] if match else None


def option_of(argument: str) -> str:
    """A tunnel's argument without the tunnel: `tunnel1_startup_action` is `startup_action`."""
    return argument.removeprefix("tunnel1_").removeprefix("tunnel2_")
