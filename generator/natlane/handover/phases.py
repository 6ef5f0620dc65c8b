"""The algorithms of a tunnel that a hand-over names: of several that both sides can, the strongest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from natlane.describe.vpn import TunnelOptions
from natlane.facts.devices import Device
from natlane.handover.algorithm_names import words_of_phase1, words_of_phase2
from natlane.handover.tunnel import Phase

# The strongest first; RFC 8247 and 8221 for the order, the small subgroups of RFC 5114 after those without.
_ENCRYPTION: Final = ("AES256-GCM-16", "AES256", "AES128-GCM-16", "AES128")
_INTEGRITY: Final = ("SHA2-512", "SHA2-384", "SHA2-256", "SHA1")
_GROUPS: Final = (21, 20, 18, 17, 16, 19, 15, 14, 24, 23, 5, 22, 2)

T = TypeVar("T")


def version_of(options: TunnelOptions, device: Device | None) -> int:
    """IKEv2 where both can."""
    can = device.ike_versions if device else options.ike_versions
    return 2 if "ikev2" in options.ike_versions and "ikev2" in can else 1


def phase1(options: TunnelOptions, device: Device | None, vendor: str, version: int) -> Phase:
    """Phase 1: the strongest of each kind that AWS is asked for and the device can do."""
    asked = options.phase1
    ciphers = tuple(each for each in asked.encryption if version == 2 or "GCM" not in each)
    suite = device.phase1 if device else None
    cipher = _strongest(ciphers, suite.encryption if suite else ciphers, _ENCRYPTION)
    hashed = _strongest(asked.integrity, suite.integrity if suite else asked.integrity, _INTEGRITY)
    group = _strongest(asked.dh_groups, suite.dh_groups if suite else asked.dh_groups, _GROUPS)
    said = words_of_phase1(vendor, cipher, hashed, group, ikev1=version == 1)
    return Phase(cipher, hashed, group, asked.lifetime, _rekey(asked.lifetime), "GCM" in cipher, said)


def phase2(options: TunnelOptions, device: Device | None, vendor: str) -> Phase:
    """Phase 2: the strongest of each kind that AWS is asked for and the device can do."""
    asked = options.phase2
    suite = device.phase2 if device else None
    cipher = _strongest(asked.encryption, suite.encryption if suite else asked.encryption, _ENCRYPTION)
    hashed = _strongest(asked.integrity, suite.integrity if suite else asked.integrity, _INTEGRITY)
    group = _strongest(asked.dh_groups, suite.dh_groups if suite else asked.dh_groups, _GROUPS)
    said = words_of_phase2(vendor, cipher, hashed, group)
    return Phase(cipher, hashed, group, asked.lifetime, _rekey(asked.lifetime), "GCM" in cipher, said)


def _rekey(lifetime: int) -> int:
    return lifetime - lifetime // 10


def _strongest(asked: Iterable[T], can: Iterable[T], order: Sequence[T]) -> T:
    """The strongest that both sides can; where there is none (the rule `device-algorithms`), that AWS is asked for.

    Raises ValueError where AWS is asked for nothing that is known.
    """
    wanted, known = set(asked), set(can)
    found = next((each for each in order if each in wanted & known), None)
    found = found if found is not None else next((each for each in order if each in wanted), None)
    if found is None:
        raise ValueError(f"none of {', '.join(map(str, order))} will do")
    return found
