"""The options of a VPN's two tunnels: their defaults, what AWS takes, and how it tells them.

Sources: EC2 API reference, VpnTunnelOptionsSpecification; Site-to-Site VPN user guide, "Tunnel options".
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final

from tests.aws.errors import AwsError
from tests.aws.world import Data

REDACTED: Final = "****REDACTED****"  # what is told of a key that Secrets Manager keeps
_NAMES: Final = {
    "DPDTimeoutSeconds": "DpdTimeoutSeconds",
    "DPDTimeoutAction": "DpdTimeoutAction",
    "IKEVersions": "IkeVersions",
}
_KEY: Final = re.compile(r"[1-9A-Za-z._][0-9A-Za-z._]{7,63}")
_RESERVED: Final = tuple(
    IPv4Network(text) for text in (*(f"169.254.{number}.0/30" for number in range(6)), "169.254.169.252/30")
)
_RANGES: Final = {
    "Phase1LifetimeSeconds": (900, 28_800),
    "Phase2LifetimeSeconds": (900, 3_600),
    "RekeyFuzzPercentage": (0, 100),
    "ReplayWindowSize": (64, 2_048),
    "DpdTimeoutSeconds": (30, 3_600),
}
_CHOICES: Final[dict[str, frozenset[Any]]] = {
    "DpdTimeoutAction": frozenset({"clear", "none", "restart"}),
    "StartupAction": frozenset({"add", "start"}),
    "IkeVersions": frozenset({"ikev1", "ikev2"}),
    "Phase1EncryptionAlgorithms": frozenset({"AES128", "AES256", "AES128-GCM-16", "AES256-GCM-16"}),
    "Phase2EncryptionAlgorithms": frozenset({"AES128", "AES256", "AES128-GCM-16", "AES256-GCM-16"}),
    "Phase1IntegrityAlgorithms": frozenset({"SHA1", "SHA2-256", "SHA2-384", "SHA2-512"}),
    "Phase2IntegrityAlgorithms": frozenset({"SHA1", "SHA2-256", "SHA2-384", "SHA2-512"}),
    "Phase1DHGroupNumbers": frozenset({2, *range(14, 25)}),
    "Phase2DHGroupNumbers": frozenset({2, 5, *range(14, 25)}),
}


def options(given: Data) -> Data:
    """A tunnel's specification as AWS tells it; refuses what the user guide does not list."""
    told = {_NAMES.get(name, name): value for name, value in given.items() if value != []}
    if "LogOptions" in told:
        told["LogOptions"] = logs(told["LogOptions"])
    _checked(told)
    return told


def logs(given: Data) -> Data:
    """Log options; an ARN is needed where logs are on."""
    wanted = dict(given.get("CloudWatchLogOptions", {}))
    wanted.setdefault("LogEnabled", False)
    for on, arn in (("LogEnabled", "LogGroupArn"), ("BgpLogEnabled", "BgpLogGroupArn")):
        if wanted.get(on) and not wanted.get(arn):
            raise AwsError("InvalidParameterValue", f"{on} needs {arn}")
    return {"CloudWatchLogOptions": wanted}


def _checked(told: Data) -> None:
    for name, (least, most) in _RANGES.items():
        if name in told and not least <= told[name] <= most:
            raise AwsError("InvalidParameterValue", f"{name} is {told[name]}, and is to be {least} to {most}")
    for name, choices in _CHOICES.items():
        given = [told[name]] if isinstance(told.get(name), str) else [each["Value"] for each in told.get(name, ())]
        wrong = [each for each in given if each not in choices]
        if wrong:
            raise AwsError("InvalidParameterValue", f"{name} has no {wrong[0]}")
    key = told.get("PreSharedKey")
    if key is not None and _KEY.fullmatch(key) is None:
        raise AwsError("InvalidParameterValue", "PreSharedKey has 8 to 64 letters, digits, dots and underscores")
    if "TunnelInsideCidr" in told:
        inside(told["TunnelInsideCidr"])
    _together(told)


def _together(told: Data) -> None:
    """Across options; AWS's defaults where one is not given."""
    lifetime = told.get("Phase2LifetimeSeconds", 3_600)
    margin = told.get("RekeyMarginTimeSeconds", 270)
    if not 60 <= margin <= lifetime / 2:
        text = f"RekeyMarginTimeSeconds is {margin}, and is to be 60 to half of the phase 2 lifetime"
        raise AwsError("InvalidParameterValue", text)
    if lifetime > told.get("Phase1LifetimeSeconds", 28_800):
        raise AwsError("InvalidParameterValue", "Phase2LifetimeSeconds is more than Phase1LifetimeSeconds")


def inside(text: str) -> IPv4Network:
    """A /30 of 169.254.0.0/16 that AWS does not keep for itself."""
    try:
        found = IPv4Network(text)
    except ValueError:
        found = IPv4Network("0.0.0.0/0")
    if found.prefixlen != 30 or not found.subnet_of(IPv4Network("169.254.0.0/16")) or found in _RESERVED:
        raise AwsError("InvalidParameterValue", f"TunnelInsideCidr {text} is no /30 of 169.254.0.0/16 that is free")
    return found


def free_inside(taken: set[str], start: int) -> str:
    """A /30 that no other tunnel has, where AWS picks."""
    first = IPv4Address("169.254.0.0")
    for number in range(start % 16_000, 2**14):
        each = IPv4Network((first + 4 * number, 30))
        if str(each) not in taken and each not in _RESERVED and each[0] > IPv4Address("169.254.6.0"):
            return str(each)
    raise AwsError("InvalidParameterValue", "no inside block is free")


def configuration(connection: Data, gateway: Data, our_asn: int) -> str:
    """The XML for the partner's device, which has tunnels in the order of their outside addresses.

    Source: the elements that the Terraform provider reads (internal/service/ec2/vpnsite_connection.go,
    xmlVpnConnectionConfig), in the form of the user guide's example files.
    """
    tunnels = sorted(connection["Options"]["TunnelOptions"], key=lambda each: IPv4Address(each["OutsideIpAddress"]))
    asn = gateway.get("BgpAsnExtended") or gateway.get("BgpAsn", "65000")
    parts = "".join(_tunnel(each, str(gateway.get("IpAddress", "")), asn, our_asn) for each in tunnels)
    other = "".join(
        f"<{name}>{connection[member]}</{name}>"
        for name, member in (("vpn_gateway_id", "VpnGatewayId"), ("transit_gateway_id", "TransitGatewayId"))
        if connection.get(member)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><vpn_connection id="{connection["VpnConnectionId"]}">'
        f"<customer_gateway_id>{connection['CustomerGatewayId']}</customer_gateway_id>{other}"
        f"<vpn_connection_type>{connection['Type']}</vpn_connection_type>{parts}</vpn_connection>"
    )


def _tunnel(tunnel: Data, device: str, asn: str, our_asn: int) -> str:
    block = IPv4Network(tunnel["TunnelInsideCidr"])
    return (
        "<ipsec_tunnel>"
        f"<customer_gateway>{_end(device, str(block[2]), asn)}</customer_gateway>"
        f"<vpn_gateway>{_end(tunnel['OutsideIpAddress'], str(block[1]), str(our_asn))}</vpn_gateway>"
        f"<ike><pre_shared_key>{tunnel['PreSharedKey']}</pre_shared_key></ike>"
        "</ipsec_tunnel>"
    )


def _end(outside: str, within: str, asn: str) -> str:
    return (
        f"<tunnel_outside_address><ip_address>{outside}</ip_address></tunnel_outside_address>"
        f"<tunnel_inside_address><ip_address>{within}</ip_address><network_mask>255.255.255.252</network_mask>"
        f"<network_cidr>30</network_cidr></tunnel_inside_address><bgp><asn>{asn}</asn><hold_time>30</hold_time></bgp>"
    )
