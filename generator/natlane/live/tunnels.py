"""The tunnels of every partner as AWS reports them, beside what out/ says of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from natlane.facts.tunnel_options import OPTIONS
from natlane.live import calls
from natlane.live.calls import Item
from natlane.live.snapshot import Snapshot
from natlane.live.tags import made_by_natlane, tags_of

Written = Mapping[str, Any]  # arguments of one of a module's aws_vpn_connections, by name

# What GetActiveVpnTunnelStatus reports -> the argument that bounds it, after `tunnelN_`.
_NEGOTIATED: Final = {each.negotiated: each.argument for each in OPTIONS if each.negotiated}


@dataclass(frozen=True, slots=True)
class Tunnel:
    """One tunnel now. `number` is out/'s, found by the inside CIDR; 0 where AWS's is in neither tunnel of out/.

    `since` is when it last went up or down (ISO 8601, UTC). `negotiated` is empty where the tunnel is down or was not
    asked for. `differences` are sentences. `maintenance` is when AWS will replace the endpoint by itself, or empty.
    `key_changed` and `certificate_ends` are dates, or empty where AWS keeps neither.
    """

    partner: str
    connection: str
    number: int
    outside: str
    inside_cidr: str
    up: bool
    since: str
    routes: int
    message: str
    negotiated: Mapping[str, str | int]
    differences: tuple[str, ...]
    maintenance: str
    key_changed: str
    certificate_ends: str


@dataclass(frozen=True, slots=True)
class Status:
    """All tunnels that were asked for; partners without a connection; connections of ours without a partner."""

    tunnels: tuple[Tunnel, ...]
    missing: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...]  # connection, and the partner that its tag names

    @property
    def healthy(self) -> bool:
        """Whether every tunnel is up and is as out/ says."""
        return not self.missing and all(each.up and not each.differences for each in self.tunnels)


def status(snapshot: Snapshot, written: Mapping[str, Sequence[Written]], asked: Collection[str]) -> Status:
    """The tunnels of the partners asked for; `written` has every partner's name and its connections in out/."""
    tunnels: list[Tunnel] = []
    unknown: list[tuple[str, str]] = []
    found: Counter[str] = Counter()
    for account in snapshot.accounts:
        answers = snapshot.answers[account.name]
        for connection in answers[calls.VPN_CONNECTIONS.name]:
            if not made_by_natlane(connection):
                continue
            partner = tags_of(connection).get("partner", "")
            if partner not in written:
                unknown.append((connection["VpnConnectionId"], partner))
                continue
            if partner not in asked:
                continue
            found[partner] += 1
            tunnels += _tunnels(partner, connection, _of_connection(connection, written[partner]), answers)
    missing = tuple(sorted(name for name in set(asked) if found[name] < len(written[name])))
    return Status(tuple(sorted(tunnels, key=lambda each: (each.partner, each.number))), missing, tuple(unknown))


def _of_connection(connection: Item, written: Sequence[Written]) -> Written:
    """What out/ says of the connection that has an inside CIDR of this one; of an only one, that."""
    insides = {each.get("TunnelInsideCidr", "") for each in connection.get("Options", {}).get("TunnelOptions", ())}
    for each in written:
        if insides & {each.get(f"tunnel{number}_inside_cidr") for number in (1, 2)}:
            return each
    return written[0]


def _tunnels(partner: str, connection: Item, written: Written, answers: calls.Answers) -> Iterator[Tunnel]:
    options = {each["OutsideIpAddress"]: each for each in connection.get("Options", {}).get("TunnelOptions", ())}
    key = _answer(answers, calls.KEYS, SecretId=connection.get("PreSharedKeyArn", ""))
    for telemetry in connection.get("VgwTelemetry", ()):
        outside = telemetry["OutsideIpAddress"]
        inside = options.get(outside, {}).get("TunnelInsideCidr", "")
        number = next((n for n in (1, 2) if inside and written.get(f"tunnel{n}_inside_cidr") == inside), 0)
        asked = {"VpnConnectionId": connection["VpnConnectionId"], "VpnTunnelOutsideIpAddress": outside}
        active = _answer(answers, calls.ACTIVE_TUNNELS, **asked).get("ActiveVpnTunnelStatus", {})
        waiting = _answer(answers, calls.TUNNEL_MAINTENANCE, **asked).get("MaintenanceDetails", {})
        certificate = _answer(answers, calls.CERTIFICATES, CertificateArn=telemetry.get("CertificateArn", ""))
        up = telemetry["Status"] == "UP"
        negotiated = {name: active[name] for name in _NEGOTIATED if up and name in active}
        yield Tunnel(
            partner=partner,
            connection=connection["VpnConnectionId"],
            number=number,
            outside=outside,
            inside_cidr=inside,
            up=up,
            since=str(telemetry.get("LastStatusChange", "")),
            routes=telemetry.get("AcceptedRouteCount", 0),
            message=telemetry.get("StatusMessage", ""),
            negotiated=negotiated,
            differences=tuple(_differences(number, inside, negotiated, written)),
            maintenance=_maintenance(waiting),
            key_changed=str(key.get("LastChangedDate", key.get("CreatedDate", ""))),
            certificate_ends=str(certificate.get("Certificate", {}).get("NotAfter", "")),
        )


def _answer(answers: calls.Answers, call: calls.Call, **asked: str) -> Item:
    """What was answered to one call for each of something; empty where it was not asked."""
    for each in answers.get(call.name, ()):
        if all(each.get(name) == value for name, value in asked.items()):
            return each
    return {}


def _differences(number: int, inside: str, negotiated: Mapping[str, Any], written: Written) -> Iterator[str]:
    if not number:
        yield f"{inside or 'no inside CIDR'} is the inside CIDR of neither tunnel in out/"
        return
    for name, value in negotiated.items():
        allowed = written.get(f"tunnel{number}_{_NEGOTIATED[name]}", ())
        if allowed and str(value).lower() not in {str(each).lower() for each in allowed}:
            yield f"{name} is {value}, and out/ allows {', '.join(map(str, allowed))}"


def _maintenance(details: Mapping[str, Any]) -> str:
    """When AWS replaces the endpoint, where a replacement waits. PendingMaintenance is a text of AWS's."""
    pending = str(details.get("PendingMaintenance", "")).lower()
    if pending in ("", "none", "false"):
        return ""
    return str(details.get("MaintenanceAutoAppliedAfter", "")) or "pending"
