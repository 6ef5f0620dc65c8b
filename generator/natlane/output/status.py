"""Tunnels as a table for a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from natlane.live.tunnels import Status, Tunnel

_HEAD = ("partner", "tunnel", "state", "since", "routes", "negotiated", "key since", "notes")


def table(status: Status) -> str:
    """A line for each tunnel, and one for each partner that AWS has no connection of."""
    rows = [_HEAD, *(_row(each) for each in status.tunnels)]
    rows += [(name, "", "none", "", "", "", "", "AWS has no VPN connection of this partner") for name in status.missing]
    rows += [(name or "?", "", "stray", "", "", "", "", f"{vpn} is of no partner here") for vpn, name in status.unknown]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD) - 1)]
    return "".join(f"{_joined(row, widths)}\n" for row in rows)


def as_json(status: Status) -> str:
    """One object: `tunnels`, `missing`, `unknown`, `healthy`."""
    return json.dumps(
        {
            "healthy": status.healthy,
            "tunnels": [asdict(each) for each in status.tunnels],
            "missing": list(status.missing),
            "unknown": [{"connection": connection, "partner": partner} for connection, partner in status.unknown],
        },
        ensure_ascii=False,
    )


def _joined(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(row, [*widths, 0], strict=True)).rstrip()


def _row(tunnel: Tunnel) -> tuple[str, ...]:
    names = ("IkeVersion", "Phase1EncryptionAlgorithm", "Phase1IntegrityAlgorithm", "Phase1DHGroup")
    negotiated = " ".join(str(tunnel.negotiated[name]) for name in names if name in tunnel.negotiated)
    notes = list(tunnel.differences)
    if not tunnel.up and tunnel.message:
        notes.append(tunnel.message)
    if tunnel.maintenance:
        notes.append(f"AWS replaces the endpoint: {tunnel.maintenance[:16]}")
    if tunnel.certificate_ends:
        notes.append(f"certificate ends {tunnel.certificate_ends[:10]}")
    return (
        tunnel.partner,
        str(tunnel.number or "?"),
        "up" if tunnel.up else "down",
        tunnel.since[:16].replace("T", " "),
        str(tunnel.routes),
        negotiated,
        tunnel.key_changed[:10],
        "; ".join(notes),
    )
