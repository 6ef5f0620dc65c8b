"""Recognition of random words: keys and passwords, distinguished from names by their mix of letters and digits.

What may as well be a name is let through: letters alone, domains, capitals with digits (serial numbers), hexadecimal
below 32 digits, and a password that is a word and a number (ACME2026).
"""

from __future__ import annotations

import re

_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_PIECE = re.compile(r"[A-Z]+v(?=[0-9])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")  # IKEv, VPC, Name or name, 42
_SHORTEST_SMALL = 16  # clusters and zones are called eu1prod2k8s4
_PARTS = re.compile(r"[^A-Za-z0-9]")
_LEET = str.maketrans("013457", "oieast")
_FAVOURITE = re.compile(r"passw|secret(?!ar)|sharedkey|letmein|changeme|qwerty|psk(?![a-z])")
_TWO_WORDS = re.compile(r"[A-Za-z]{5,}[0-9]+[A-Za-z]{5,}[0-9]+")  # hunter2hunter2, but not vpc1subnet2


def looks_like(word: str, *, alone: bool) -> str:
    """What a word of letters and digits looks like; empty for a name. `alone`: it is no part of a path or the like."""
    if _HEX.fullmatch(word):
        return "a long random text" if len(word) >= 32 and len(set(word)) >= 8 else ""
    if any((alone or len(part) >= 12) and is_generated(part) for part in {word, *word.split(".")}):
        return "a random text"
    if alone and len(word) <= 64 and any(map(_is_like_a_password, _PARTS.split(word))):
        return "a text like a password"
    return ""


def is_generated(word: str) -> bool:
    """Whether small letters, capitals and digits change as often as in random text.

    Counted are the joints between pieces, but not the one before a number that ends a part, which any name may have
    (prod2). Of random keys of 32 characters 99 in 100 have a joint in four characters; of names of Python packages with
    a digit, 1 in 400.
    """
    small, capital = word != word.upper(), word != word.lower()
    if not small or not any(map(str.isdigit, word)) or (not capital and len(word) < _SHORTEST_SMALL):
        return False
    joints = 0
    for part in _PARTS.split(word):
        pieces = _PIECE.findall(part)
        joints += max(len(pieces) - 1 - pieces[-1].isdigit(), 0) if pieces else 0
    return joints >= (4 if capital else 5) and 4 * joints >= len(word)


def _is_like_a_password(part: str) -> bool:
    """Whether a part with a digit holds what passwords are made of (passw0rd), or is two words with numbers."""
    if part.isalpha() or part.isdigit():
        return False
    small = part.lower()
    return bool(_FAVOURITE.search(f"{small} {small.translate(_LEET)}") or _TWO_WORDS.fullmatch(part))
