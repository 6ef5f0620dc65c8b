"""A vendor's configuration as tests know it: its files and their grammars, its words, and what it writes when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.handover.flat import Flat


@dataclass(frozen=True, slots=True)
class File:
    """A file of a vendor's, how it is made flat, and the grammar of its lines."""

    name: str
    flat: Flat
    grammar: str


@dataclass(frozen=True, slots=True)
class Vendor:
    """`words`: AWS's names by the vendor's, for each field that has such. `only`: fields that are written under a
    condition. `kind`: of which partners this is written; empty: of all."""

    name: str
    files: tuple[File, ...]
    words: Mapping[str, Mapping[str, str]]
    only: Mapping[str, str]
    kind: str = ""


def ciphers(*words: str) -> dict[str, str]:
    """AWS's names by a vendor's words for AES 128 and 256, and for both in GCM."""
    return dict(zip(words, ("AES128", "AES256", "AES128-GCM-16", "AES256-GCM-16"), strict=False))


def hashes(*words: str) -> dict[str, str]:
    """AWS's names by a vendor's words for SHA1, SHA2-256, SHA2-384 and SHA2-512."""
    return dict(zip(words, ("SHA1", "SHA2-256", "SHA2-384", "SHA2-512"), strict=True))


def groups(form: str) -> dict[str, str]:
    """Group numbers by a vendor's words, which are a number in a form."""
    return {form.format(number): str(number) for number in (2, 5, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24)}
