"""What each vendor calls the algorithms of IKE and IPsec.

Each vendor's source is in facts/devices.py. A vendor that is not here gets AWS's own names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Words:
    """One phase's algorithms in a vendor's words; `prf` is the hash that makes keys in phase 1."""

    encryption: str
    integrity: str
    prf: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """A vendor's words of both phases, by AWS's names; a phase 2 that has none of its own has those of phase 1."""

    encryption: Mapping[str, str]
    integrity: Mapping[str, str]
    groups: Mapping[int, str]
    prf: Mapping[str, str] | None = None  # where it differs from `integrity`
    ikev1_encryption: Mapping[str, str] = field(default_factory=dict)  # of phase 1, where IKEv1 says it otherwise
    phase2_encryption: Mapping[str, str] | None = None
    phase2_integrity: Mapping[str, str] | None = None
    phase2_groups: Mapping[int, str] | None = None


_ENCRYPTION: Final = ("AES128", "AES256", "AES128-GCM-16", "AES256-GCM-16")
_INTEGRITY: Final = ("SHA1", "SHA2-256", "SHA2-384", "SHA2-512")
_GROUPS: Final = (2, 5, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24)


def _encryption(*words: str) -> Mapping[str, str]:
    """Words for AES128, AES256 and the two with GCM; a vendor may lack the last."""
    return dict(zip(_ENCRYPTION[: len(words)], words, strict=True))


def _integrity(*words: str) -> Mapping[str, str]:
    """Words for SHA1 and the three of SHA2; a vendor may lack the last."""
    return dict(zip(_INTEGRITY[: len(words)], words, strict=True))


def _groups(form: str) -> Mapping[int, str]:
    """Every group as this form has it, with the number in place of {}."""
    return {number: form.format(number) for number in _GROUPS}


# RFC 3526, 8; RFC 5903; RFC 5114 for 22 to 24.
_RFC_GROUPS: Final = {
    2: "modp1024", 5: "modp1536", 14: "modp2048", 15: "modp3072", 16: "modp4096", 17: "modp6144", 18: "modp8192",
    19: "ecp256", 20: "ecp384", 21: "ecp521", 22: "modp1024s160", 23: "modp2048s224", 24: "modp2048s256",
}  # fmt: skip
_PFSENSE_GROUPS: Final = {
    2: "2 (1024 bit)", 5: "5 (1536 bit)", 14: "14 (2048 bit)", 15: "15 (3072 bit)", 16: "16 (4096 bit)",
    17: "17 (6144 bit)", 18: "18 (8192 bit)", 19: "19 (nist ecp256)", 20: "20 (nist ecp384)", 21: "21 (nist ecp521)",
    22: "22 (1024(sub 160) bit)", 23: "23 (2048(sub 224) bit)", 24: "24 (2048(sub 256) bit)",
}  # fmt: skip
_LOWERCASE_SHA: Final = _integrity("sha1", "sha256", "sha384", "sha512")
_UPPERCASE_SHA: Final = _integrity("SHA1", "SHA256", "SHA384", "SHA512")
_AES_WITH_MODE: Final = _encryption("aes-128-cbc", "aes-256-cbc", "aes-128-gcm", "aes-256-gcm")
_STRONGSWAN: Final = Vocabulary(
    encryption=_encryption("aes128", "aes256", "aes128gcm16", "aes256gcm16"),
    integrity=_LOWERCASE_SHA,
    groups=_RFC_GROUPS,
)

VOCABULARIES: Final[Mapping[str, Vocabulary]] = {
    "strongswan": _STRONGSWAN,
    "libreswan": Vocabulary(
        encryption=_encryption("aes128", "aes256", "aes_gcm128", "aes_gcm256"),
        integrity=_integrity("sha1", "sha2_256", "sha2_384", "sha2_512"),
        groups=_groups("dh{}"),
    ),
    "cisco-ios-xe": Vocabulary(
        encryption=_encryption("aes-cbc-128", "aes-cbc-256", "aes-gcm-128", "aes-gcm-256"),
        integrity=_LOWERCASE_SHA,
        groups=_groups("{}"),
        ikev1_encryption=_encryption("aes", "aes 256"),
        phase2_encryption=_encryption("esp-aes", "esp-aes 256", "esp-gcm", "esp-gcm 256"),
        phase2_integrity=_integrity("esp-sha-hmac", "esp-sha256-hmac", "esp-sha384-hmac", "esp-sha512-hmac"),
    ),
    "cisco-asa": Vocabulary(
        encryption=_encryption("aes", "aes-256", "aes-gcm", "aes-gcm-256"),
        integrity=_integrity("sha", "sha256", "sha384", "sha512"),
        groups=_groups("{}"),
        ikev1_encryption=_encryption("aes", "aes-256"),
        phase2_integrity=_integrity("sha-1", "sha-256", "sha-384", "sha-512"),
        phase2_groups=_groups("group{}"),
    ),
    "cisco-ftd": Vocabulary(
        encryption=_encryption("AES", "AES-256", "AES-GCM", "AES-GCM-256"),
        integrity=_integrity("SHA", "SHA256", "SHA384", "SHA512"),
        groups=_groups("{}"),
        phase2_integrity=_integrity("SHA-1", "SHA-256", "SHA-384", "SHA-512"),
    ),
    "fortigate": Vocabulary(
        encryption=_encryption("aes128", "aes256", "aes128gcm", "aes256gcm"),
        integrity=_LOWERCASE_SHA,
        groups=_groups("{}"),
    ),
    "palo-alto": Vocabulary(encryption=_AES_WITH_MODE, integrity=_LOWERCASE_SHA, groups=_groups("group{}")),
    "juniper-srx": Vocabulary(
        encryption=_AES_WITH_MODE,
        integrity=_integrity("sha1", "sha-256", "sha-384", "sha-512"),
        groups=_groups("group{}"),
        phase2_integrity=_integrity("hmac-sha1-96", "hmac-sha-256-128", "hmac-sha-384", "hmac-sha-512"),
    ),
    "check-point": Vocabulary(
        encryption=_encryption("AES-128", "AES-256"),
        integrity=_UPPERCASE_SHA,
        groups=_groups("Group {}"),
        phase2_encryption=_encryption("AES-128", "AES-256", "AES-GCM-128", "AES-GCM-256"),
    ),
    "pfsense": Vocabulary(
        encryption=_encryption("AES (128 bits)", "AES (256 bits)", "AES128-GCM (128 bits)", "AES256-GCM (128 bits)"),
        integrity=_UPPERCASE_SHA,
        groups=_PFSENSE_GROUPS,
    ),
    "opnsense": _STRONGSWAN,
    "mikrotik": Vocabulary(
        encryption=_encryption("aes-128", "aes-256"),
        integrity=_LOWERCASE_SHA,
        groups=_RFC_GROUPS,
        phase2_encryption=_AES_WITH_MODE,
    ),
    "vyos": Vocabulary(
        encryption=_encryption("aes128", "aes256", "aes128gcm128", "aes256gcm128"),
        integrity=_LOWERCASE_SHA,
        groups=_groups("{}"),
        prf=_integrity("prfsha1", "prfsha256", "prfsha384", "prfsha512"),
        phase2_groups=_groups("dh-group{}"),
    ),
    "azure": Vocabulary(
        encryption=_encryption("AES128", "AES256", "GCMAES128", "GCMAES256"),
        integrity=_integrity("SHA1", "SHA256", "SHA384"),
        groups={2: "DHGroup2", 14: "DHGroup14", 19: "ECP256", 20: "ECP384", 24: "DHGroup24"},
        phase2_integrity=_integrity("SHA1", "SHA256"),
        phase2_groups={2: "PFS2", 14: "PFS2048", 19: "ECP256", 20: "ECP384", 24: "PFS24"},
    ),
    "google-cloud": Vocabulary(
        encryption=_encryption("AES-CBC-128", "AES-CBC-256", "AES-GCM-16-128", "AES-GCM-16-256"),
        integrity=_integrity("HMAC-SHA1-96", "HMAC-SHA2-256-128", "HMAC-SHA2-384-192", "HMAC-SHA2-512-256"),
        groups=_groups("Group-{}"),
        prf=_integrity("PRF-HMAC-SHA1", "PRF-HMAC-SHA2-256", "PRF-HMAC-SHA2-384", "PRF-HMAC-SHA2-512"),
    ),
}


def words_of_phase1(vendor: str, encryption: str, integrity: str, group: int, *, ikev1: bool = False) -> Words:
    """Phase 1 in a vendor's words; AWS's where the vendor has none."""
    held = VOCABULARIES.get(vendor, _OF_AWS)
    usual = held.encryption.get(encryption, encryption)
    hashed = held.integrity.get(integrity, integrity)
    return Words(
        encryption=held.ikev1_encryption.get(encryption, usual) if ikev1 else usual,
        integrity=hashed,
        prf=held.prf.get(integrity, hashed) if held.prf else hashed,
        group=held.groups.get(group, str(group)),
    )


def words_of_phase2(vendor: str, encryption: str, integrity: str, group: int) -> Words:
    """Phase 2 in a vendor's words; AWS's where the vendor has none."""
    held = VOCABULARIES.get(vendor, _OF_AWS)
    ciphers = held.encryption if held.phase2_encryption is None else held.phase2_encryption
    hashes = held.integrity if held.phase2_integrity is None else held.phase2_integrity
    groups = held.groups if held.phase2_groups is None else held.phase2_groups
    hashed = hashes.get(integrity, integrity)
    return Words(
        encryption=ciphers.get(encryption, encryption),
        integrity=hashed,
        prf=hashed,
        group=groups.get(group, str(group)),
    )


_OF_AWS: Final = Vocabulary(encryption={}, integrity={}, groups={})
