"""How large a packet may be inside the tunnel: the arithmetic of ESP, by algorithm.

RFC 4303 (ESP in tunnel mode: SPI and sequence number, padding, pad length, next header), RFC 4106 (GCM: 8 bytes of
IV, 16 of ICV, padded to 4), RFC 3602 (CBC: 16 bytes of IV, padded to 16), RFC 2404 and 4868 (lengths of the ICV), RFC
3948 (8 bytes of UDP where a NAT stands between). The sums are those of the table in AWS's Site-to-Site VPN guide, "Best
practices for a customer gateway device".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

TUNNEL_MTU: Final = 1_399  # bytes: below every sum of this arithmetic, with a NAT on the way and PPPoE too
TCP_HEADERS: Final = 40  # bytes: IPv4 and TCP without options
_PATH, _IP, _UDP, _ESP, _TRAILER = 1_500, 20, 8, 8, 2  # bytes
_ICV: Final = {"SHA1": 12, "SHA2-256": 16, "SHA2-384": 24, "SHA2-512": 32}


@dataclass(frozen=True, slots=True)
class Sizes:
    """One row of the arithmetic, in bytes: `mtu` is the largest packet that enters the tunnel in one piece."""

    path: int
    ip: int
    udp: int
    esp: int
    iv: int
    icv: int
    rest: int  # what is left for the padded packet
    block: int  # the padded packet's length is a multiple of this
    padded: int
    trailer: int
    mtu: int
    mss: int


def sizes(encryption: str, integrity: str, *, behind_nat: bool) -> Sizes:
    """The arithmetic of one phase 2 algorithm, named as AWS names it."""
    gcm = "GCM" in encryption
    iv, icv, block = (8, 16, 4) if gcm else (16, _ICV[integrity], 16)
    udp = _UDP if behind_nat else 0
    rest = _PATH - _IP - udp - _ESP - iv - icv
    padded = rest - rest % block
    mtu = padded - _TRAILER
    return Sizes(_PATH, _IP, udp, _ESP, iv, icv, rest, block, padded, _TRAILER, mtu, mtu - TCP_HEADERS)
