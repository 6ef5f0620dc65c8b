"""What each vendor calls the algorithms.

Sources stand in natlane's table of devices. A vendor that is not here gets AWS's own names.
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


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A vendor's words of both phases, by AWS's names; `prf` only where it differs from phase 1's `integrity1`."""

    encryption1: Mapping[str, str]
    integrity1: Mapping[str, str]
    encryption2: Mapping[str, str]
    integrity2: Mapping[str, str]
    groups: Mapping[int, str]
    prf: Mapping[str, str] = field(default_factory=dict)
    groups2: Mapping[int, str] = field(default_factory=dict)
    ikev1: Mapping[str, str] = field(default_factory=dict)  # encryption of phase 1, where IKEv1 says it otherwise


_CIPHERS: Final = ("AES128", "AES256", "AES128-GCM-16", "AES256-GCM-16")
_HASHES: Final = ("SHA1", "SHA2-256", "SHA2-384", "SHA2-512")
_NUMBERS: Final = (2, 5, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24)


def _ciphers(*words: str) -> Mapping[str, str]:
    return dict(zip(_CIPHERS, words, strict=False))


def _hashes(*words: str) -> Mapping[str, str]:
    return dict(zip(_HASHES, words, strict=False))


def _groups(form: str) -> Mapping[int, str]:
    return {number: form.format(number) for number in _NUMBERS}


# RFC 3526, 8; RFC 5903; RFC 5114 for 22 to 24.
_NAMED: Final = {
    2: "modp1024", 5: "modp1536", 14: "modp2048", 15: "modp3072", 16: "modp4096", 17: "modp6144", 18: "modp8192",
    19: "ecp256", 20: "ecp384", 21: "ecp521", 22: "modp1024s160", 23: "modp2048s224", 24: "modp2048s256",
}  # fmt: skip
_BITS: Final = {
    2: "1024 bit", 5: "1536 bit", 14: "2048 bit", 15: "3072 bit", 16: "4096 bit", 17: "6144 bit", 18: "8192 bit",
    19: "nist ecp256", 20: "nist ecp384", 21: "nist ecp521", 22: "1024(sub 160) bit", 23: "2048(sub 224) bit",
    24: "2048(sub 256) bit",
}  # fmt: skip
_PLAIN: Final = _hashes("sha1", "sha256", "sha384", "sha512")
_SWAN: Final = _ciphers("aes128", "aes256", "aes128gcm16", "aes256gcm16")
_FORTI: Final = _ciphers("aes128", "aes256", "aes128gcm", "aes256gcm")
_AES_128_GCM: Final = _ciphers("aes-128-cbc", "aes-256-cbc", "aes-128-gcm", "aes-256-gcm")
_SCREEN: Final = _ciphers("AES (128 bits)", "AES (256 bits)", "AES128-GCM (128 bits)", "AES256-GCM (128 bits)")
_SCREEN_HASHES: Final = _hashes("SHA1", "SHA256", "SHA384", "SHA512")
_OPN: Final = {number: f"{number} ({bits})" for number, bits in _BITS.items()}
_FTD_CIPHERS: Final = _ciphers("AES", "AES-256", "AES-GCM", "AES-GCM-256")
_LIBRESWAN: Final = _ciphers("aes128", "aes256", "aes_gcm128", "aes_gcm256")

VOCABULARIES: Final[Mapping[str, Vocabulary]] = {
    "strongswan": Vocabulary(_SWAN, _PLAIN, _SWAN, _PLAIN, _NAMED),
    "libreswan": Vocabulary(
        _LIBRESWAN, _hashes("sha1", "sha2_256", "sha2_384", "sha2_512"),
        _LIBRESWAN, _hashes("sha1", "sha2_256", "sha2_384", "sha2_512"), _groups("dh{}"),
    ),
    "cisco-ios-xe": Vocabulary(
        _ciphers("aes-cbc-128", "aes-cbc-256", "aes-gcm-128", "aes-gcm-256"), _PLAIN,
        _ciphers("esp-aes", "esp-aes 256", "esp-gcm", "esp-gcm 256"),
        _hashes("esp-sha-hmac", "esp-sha256-hmac", "esp-sha384-hmac", "esp-sha512-hmac"), _groups("{}"),
        ikev1=_ciphers("aes", "aes 256"),
    ),
    "cisco-asa": Vocabulary(
        _ciphers("aes", "aes-256", "aes-gcm", "aes-gcm-256"), _hashes("sha", "sha256", "sha384", "sha512"),
        _ciphers("aes", "aes-256", "aes-gcm", "aes-gcm-256"), _hashes("sha-1", "sha-256", "sha-384", "sha-512"),
        _groups("{}"), groups2=_groups("group{}"), ikev1=_ciphers("aes", "aes-256"),
    ),
    "cisco-ftd": Vocabulary(
        _FTD_CIPHERS, _hashes("SHA", "SHA256", "SHA384", "SHA512"),
        _FTD_CIPHERS, _hashes("SHA-1", "SHA-256", "SHA-384", "SHA-512"), _groups("{}"),
    ),
    "fortigate": Vocabulary(_FORTI, _PLAIN, _FORTI, _PLAIN, _groups("{}")),
    "palo-alto": Vocabulary(_AES_128_GCM, _PLAIN, _AES_128_GCM, _PLAIN, _groups("group{}")),
    "juniper-srx": Vocabulary(
        _AES_128_GCM, _hashes("sha1", "sha-256", "sha-384", "sha-512"),
        _AES_128_GCM, _hashes("hmac-sha1-96", "hmac-sha-256-128", "hmac-sha-384", "hmac-sha-512"), _groups("group{}"),
    ),
    "check-point": Vocabulary(
        _ciphers("AES-128", "AES-256"), _hashes("SHA1", "SHA256", "SHA384", "SHA512"),
        _ciphers("AES-128", "AES-256", "AES-GCM-128", "AES-GCM-256"), _hashes("SHA1", "SHA256", "SHA384", "SHA512"),
        _groups("Group {}"),
    ),
    "pfsense": Vocabulary(_SCREEN, _SCREEN_HASHES, _SCREEN, _SCREEN_HASHES, _OPN),
    "opnsense": Vocabulary(_SWAN, _PLAIN, _SWAN, _PLAIN, _NAMED),
    "mikrotik": Vocabulary(
        _ciphers("aes-128", "aes-256"), _PLAIN,
        _AES_128_GCM, _PLAIN, _NAMED,
    ),
    "vyos": Vocabulary(
        _ciphers("aes128", "aes256", "aes128gcm128", "aes256gcm128"), _PLAIN,
        _ciphers("aes128", "aes256", "aes128gcm128", "aes256gcm128"), _PLAIN,
        _groups("{}"), prf=_hashes("prfsha1", "prfsha256", "prfsha384", "prfsha512"), groups2=_groups("dh-group{}"),
    ),
    "azure": Vocabulary(
        _ciphers("AES128", "AES256", "GCMAES128", "GCMAES256"), _hashes("SHA1", "SHA256", "SHA384"),
        _ciphers("AES128", "AES256", "GCMAES128", "GCMAES256"), _hashes("SHA1", "SHA256"),
        {2: "DHGroup2", 14: "DHGroup14", 19: "ECP256", 20: "ECP384", 24: "DHGroup24"},
        groups2={2: "PFS2", 14: "PFS2048", 19: "ECP256", 20: "ECP384", 24: "PFS24"},
    ),
    "google-cloud": Vocabulary(
        _ciphers("AES-CBC-128", "AES-CBC-256", "AES-GCM-16-128", "AES-GCM-16-256"),
        _hashes("HMAC-SHA1-96", "HMAC-SHA2-256-128", "HMAC-SHA2-384-192", "HMAC-SHA2-512-256"),
        _ciphers("AES-CBC-128", "AES-CBC-256", "AES-GCM-16-128", "AES-GCM-16-256"),
        _hashes("HMAC-SHA1-96", "HMAC-SHA2-256-128", "HMAC-SHA2-384-192", "HMAC-SHA2-512-256"),
        _groups("Group-{}"),
        prf=_hashes("PRF-HMAC-SHA1", "PRF-HMAC-SHA2-256", "PRF-HMAC-SHA2-384", "PRF-HMAC-SHA2-512"),
    ),
}  # fmt: skip


def words_of_phase1(vendor: str, encryption: str, integrity: str, group: int, *, ikev1: bool = False) -> Words:
    """Phase 1 in a vendor's words; AWS's where the vendor has none."""
    held = VOCABULARIES.get(vendor)
    if held is None:
        return Words(encryption, integrity, integrity, str(group))
    cipher = held.ikev1.get(encryption) if ikev1 else None
    hashed = held.integrity1.get(integrity, integrity)
    return Words(
        cipher or held.encryption1.get(encryption, encryption),
        hashed,
        held.prf.get(integrity, hashed),
        held.groups.get(group, str(group)),
    )


def words_of_phase2(vendor: str, encryption: str, integrity: str, group: int) -> Words:
    """Phase 2 in a vendor's words; AWS's where the vendor has none."""
    held = VOCABULARIES.get(vendor)
    if held is None:
        return Words(encryption, integrity, integrity, str(group))
    hashed = held.integrity2.get(integrity, integrity)
    groups = held.groups2 or held.groups
    return Words(held.encryption2.get(encryption, encryption), hashed, hashed, groups.get(group, str(group)))
