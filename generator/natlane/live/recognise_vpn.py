"""Recognition of a VPN connection in AWS: the `vpn` of a descriptor, and the options that stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Any, Final

from natlane.describe.vpn import ANYWHERE, DeadPeerDetection, Phase1, Phase2, Rekey, TunnelOptions
from natlane.facts import aws
from natlane.facts.tunnel_options import OPTIONS
from natlane.live.calls import Item
from natlane.live.held import Held
from natlane.problems import Problem, file_problem

Fields = dict[str, Any]

_RECORDS: Final[dict[str, Any]] = {"phase1": Phase1(), "phase2": Phase2(), "rekey": Rekey(), "dpd": DeadPeerDetection()}


def vpn_of(held: Held, log_group: str) -> tuple[Fields, tuple[str, ...], list[Problem]]:
    """The descriptor's `vpn`, the arguments that stay as AWS has them, and what cannot be said.

    `log_group` is where tunnels would log.
    """
    connection = held.connection
    number, options = connection["VpnConnectionId"], connection.get("Options", {})
    tunnels = options.get("TunnelOptions", ())
    tunnel_options = [_options(each) for each in tunnels]
    keys_by_aws = bool(connection.get("PreSharedKeyArn"))
    kept = [
        f"tunnel{place}_{name}"
        for place, each in enumerate(tunnels, 1)
        for name in (*_missing(each), *([] if _logs_to(each, log_group) else ["log_options"]))
    ]
    if not keys_by_aws:
        kept += ["tunnel1_preshared_key", "tunnel2_preshared_key"]
    device = held.device
    asn = int(device.get("BgpAsnExtended") or device.get("BgpAsn") or 0)
    fields: Fields = {"customer_gateway": {"ip": str(device.get("IpAddress", "")), "asn": asn}}
    if not options.get("StaticRoutesOnly"):
        fields["routing"] = "bgp"
    our_asn = int(held.gateway.get("AmazonSideAsn", aws.AMAZON_ASN))
    if our_asn != aws.AMAZON_ASN:
        fields["amazon_side_asn"] = our_asn
    fields |= _selectors(options)
    if len(tunnel_options) == 2:
        fields |= _without_defaults(tunnel_options[0])
        fields |= _second(*tunnel_options)
        fields |= _inside(fields, tunnels)
    if not keys_by_aws:
        fields["preshared_keys"] = "variables"
    return fields, tuple(sorted(kept)), [*_unreadable(number, tunnels), *_of_device(device)]


def _unreadable(number: str, tunnels: list[Item]) -> list[Problem]:
    if len(tunnels) != 2 or not all(each.get("TunnelInsideCidr") for each in tunnels):
        message = "AWS does not tell the blocks inside of both tunnels, and Terraform would set others"
        hint = "set them in AWS to what they are (Modify VPN tunnel options), one tunnel after the other"
        return [file_problem("adopt-tunnels", number, message, hint)]
    outside = [IPv4Address(each["OutsideIpAddress"]) for each in tunnels]
    if outside[0] > outside[1]:
        message = "AWS lists its tunnels in another order than that of their addresses, so Terraform would mix them up"
        hint = "it cannot be imported: keep it beside natlane until its partner gets a new connection"
        return [file_problem("adopt-tunnels", number, message, hint)]
    return []


def _of_device(device: Item) -> Iterator[Problem]:
    """What a descriptor cannot say of the partner's device."""
    if device.get("CertificateArn") or not device.get("IpAddress"):
        message = "is known by a certificate, which a descriptor cannot say"
        hint = "write the descriptor by hand, with a template of your own for vpn.tf"
        yield file_problem("adopt-device", device["CustomerGatewayId"], message, hint)
    if device.get("DeviceName"):
        message = (
            f"has the device name {device['DeviceName']!r}: Terraform would replace it, and with it both endpoints"
        )
        hint = "make a customer gateway without a name, and move the connection to it (Modify VPN connection)"
        yield file_problem("adopt-device", device["CustomerGatewayId"], message, hint)


def _selectors(options: Item) -> Fields:
    ours, theirs = options.get("RemoteIpv4NetworkCidr"), options.get("LocalIpv4NetworkCidr")
    written = {"ours": ours or str(ANYWHERE), "theirs": theirs or str(ANYWHERE)}
    return {"selectors": written} if set(written.values()) != {str(ANYWHERE)} else {}


def _options(tunnel: Item) -> dict[tuple[str, ...], Any]:
    """Every option of a tunnel by the descriptor's field; AWS's default where it reports none."""
    found = {each.field: _plain(tunnel.get(each.member, each.aws_default)) for each in OPTIONS}
    found["lifecycle_control",] = bool(tunnel.get("EnableTunnelLifecycleControl"))
    return found


def _missing(tunnel: Item) -> list[str]:
    """The arguments of which AWS reports nothing: whatever were written would be a change of the tunnel."""
    return [each.argument for each in OPTIONS if each.member not in tunnel]


def _logs_to(tunnel: Item, log_group: str) -> bool:
    """Whether a tunnel logs as the module would have it."""
    logs = tunnel.get("LogOptions", {}).get("CloudWatchLogOptions", {})
    if not log_group:
        return not logs.get("LogEnabled") and not logs.get("BgpLogEnabled")
    arn = str(logs.get("LogGroupArn", "")).removesuffix(":*")
    return bool(logs.get("LogEnabled")) and arn == log_group and logs.get("LogOutputFormat") == "json"


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [each["Value"] if isinstance(each, dict) else each for each in value]
    return value


def _without_defaults(options: dict[tuple[str, ...], Any]) -> Fields:
    """What differs from a descriptor's defaults, nested; a record is written whole where anything of it does."""
    plain = TunnelOptions()
    found: Fields = {}
    for field, value in options.items():
        record = _RECORDS.get(field[0])
        default = getattr(record, field[1]) if record else getattr(plain, field[0])
        if (list(default) if isinstance(default, tuple) else default) == value:
            continue
        if record is None:
            found[field[0]] = value
        else:
            found[field[0]] = {name: options[field[0], name] for name in record._fields}
    return found


def _second(one: dict[tuple[str, ...], Any], two: dict[tuple[str, ...], Any]) -> Fields:
    """What the second tunnel has otherwise than the first."""
    other: Fields = {}
    for field, value in two.items():
        if value != one[field]:
            place = other.setdefault(field[0], {}) if len(field) == 2 else other
            place[field[-1]] = value
    return {"tunnels": {"2": other}} if other else {}


def _inside(fields: Fields, tunnels: list[Item]) -> Fields:
    """The blocks inside of the tunnels, where they are not the defaults."""
    written = {number: dict(options) for number, options in fields.get("tunnels", {}).items()}
    for place, default in enumerate(aws.INSIDE_CIDRS_DEFAULT):
        inside = tunnels[place].get("TunnelInsideCidr", "")
        if inside and inside != str(default):
            written[str(place + 1)] = {"inside_cidr": inside, **written.get(str(place + 1), {})}
    return {"tunnels": dict(sorted(written.items()))} if written else {}
