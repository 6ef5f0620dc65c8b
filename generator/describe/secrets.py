"""Text that looks like it holds a key becomes text without it, before anything else reads or prints it.

Nobody can tell a secret for certain: what is found is what a field's name announces, what has a
known form (AWS access keys, PEM), and what is as mixed as only keys are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_lowercase, ascii_uppercase, digits

_WORDS = (
    r"(?:psk|pre[-_ ]?shared(?:[-_ ]?keys?)?|secrets?|passw(?:or)?ds?|passphrases?|tokens?|credentials?"
    r"|(?:ike|vpn|tunnel|private|api|access|secret)[-_]?keys?)[-_]?[0-9]*"
)
# Plain searches come first: a regular expression over every descriptor would cost more than its parsing.
_FIRST_LOOK = ("psk", "shared", "secret", "passw", "passphrase", "token", "credential", "key")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_SIGNS = ("-----BEGIN", "AKIA", "ASIA")
# A field on one line: what stands before its name, the name, and a plain or quoted value.
_FIELD = re.compile(
    rf"""(?ix) (?P<before>^[ \t]*(?:-[ \t]+)*|[{{\[,][ \t]*) ["']?(?P<name>[\w.-]*?{_WORDS})["']?[ \t]*:(?:[ \t]+|$)
    (?P<value>"(?:[^"\\]|\\.)*" | '[^']*' | [^\s"'{{\[,}}\#|>][^,}}]*?)? (?=[ \t]*(?:\#|,|[\[\]{{}}|>]|$))"""
)
# What a sentence or a comment says: the PSK is Xy1..., password=Xy1...
_SAID = re.compile(rf"""(?ix) (?P<name>{_WORDS})["']?[\s:=]+(?:is[\s:=]+)?["']?(?P<value>[^\s"',}}]{{8,}})""")
# Where the word itself is announced, letters alone are one too: PSK: sommerregen. In the middle of a sentence they are
# its next word (PSK: exchanged by phone), so they must be the last.
_ANNOUNCED = re.compile(
    r"""(?ix) (?P<name>psk|pre[-_ ]?shared[-_ ]?keys?|passw(?:or)?d|passphrase)["']?[ \t]*(?:[:=]|\bis\b)[ \t]*["']?
    (?P<value>[a-z0-9._]{8,64})["']?[ \t.!]*(?=$|[,}\]]|["'][ \t]*$)"""
)
_KNOWN = re.compile(
    r"(?P<access_key>\bA[KS]IA[A-Z0-9]{16}\b)|(?P<pem>-----BEGIN[^\n]*-----(?:.*?-----END[^\n]*-----|.*))", re.DOTALL
)
_RUN = re.compile(r"[A-Za-z0-9+/=]{40,}|[A-Za-z0-9+=_]{12,}")
# What only a key's alphabet holds, of all three kinds, with digits between letters: no name is written like that.
_TOKEN = re.compile(r"(?<![\w.@/:+=-])[A-Za-z0-9._]{16,64}(?![\w.@/+=-]|:\S)")
_DOMAIN = re.compile(r"[\w.]*\.[a-z]{2,}")
_INSIDE = re.compile(r"[A-Za-z._][0-9]+[A-Za-z._]")
_HEX = re.compile(r"[0-9a-f]{32,}|[0-9A-F]{32,}")
_ARN = re.compile(r"arn:aws[\w-]*:[\w:/+=,.@-]*")
_KINDS = str.maketrans(ascii_lowercase + ascii_uppercase + digits, "l" * 26 + "u" * 26 + "d" * 10)
_STRUCTURE = re.compile(r"""[^\s{}\[\],:"'|>-]""")  # all but what gives YAML its shape
_ALLOWED = ("secrets_manager", "variables")  # what preshared_keys may say
MIXED = 0.4  # of neighbours that differ in kind: 0.62 on average in random keys, 0.25 in CamelCase names


@dataclass(frozen=True, slots=True)
class Secret:
    """From where to where a text looks like a secret, and what it seems to be."""

    start: int
    end: int
    what: str


def find_secrets(text: str) -> list[Secret]:
    """Every stretch of a text that looks like a key, in order, none within another."""
    found: list[Secret] = []
    for secret in sorted(_suspects(text), key=lambda each: (each.start, -each.end)):
        if secret.start < secret.end and (not found or secret.start >= found[-1].end):
            found.append(secret)
    return found


def masked(text: str, secrets: list[Secret]) -> str:
    """The same text, of the same lines, columns and YAML shape, with x for all that is secret."""
    pieces, at = [], 0
    for secret in secrets:
        pieces += [text[at : secret.start], _STRUCTURE.sub("x", text[secret.start : secret.end])]
        at = secret.end
    return "".join([*pieces, text[at:]])


def _suspects(text: str) -> Iterator[Secret]:
    if any(sign in text for sign in _SIGNS):
        for match in _KNOWN.finditer(text):
            yield Secret(match.start(), match.end(), "an AWS access key" if match["access_key"] else "a PEM block")
    told = 0
    for start, end in sorted(_lines_with_words(text)):
        if start >= told:  # not within what is nested below an earlier one
            for secret in _in_line(text, start, end):
                told = max(told, secret.end)
                yield secret
    runs = text if "arn:" not in text else _ARN.sub(lambda arn: " " * len(arn[0]), text)
    for match in _RUN.finditer(runs):
        if _is_mixed(match[0]) or (_HEX.fullmatch(match[0]) and len(set(match[0])) >= 8):
            yield Secret(match.start(), match.end(), "a long random text")
    for match in _TOKEN.finditer(runs):
        mixed = {"l", "u", "d"} <= set(match[0].translate(_KINDS)) and _INSIDE.search(match[0])
        if mixed and not _DOMAIN.fullmatch(match[0]):
            yield Secret(match.start(), match.end(), "a text that looks like a password")


def _lines_with_words(text: str) -> set[tuple[int, int]]:
    """From where to where the lines go that are worth a closer look."""
    small, found = text.translate(_LOWER), set()
    for word in _FIRST_LOOK:
        at = small.find(word)
        while at >= 0:
            end = small.find("\n", at)
            end = len(text) if end < 0 else end
            found.add((small.rfind("\n", 0, at) + 1, end))
            at = small.find(word, end)
    return found


def _in_line(text: str, start: int, end: int) -> Iterator[Secret]:
    """What the names of fields, and sentences, announce on a line."""
    line = text[start:end].removesuffix("\r")
    for match in _FIELD.finditer(line):
        what = f"the value of {match['name']}"
        value = match["value"]
        if value:
            quoted = value[0] in "\"'"
            if value.strip("\"'") not in _ALLOWED:
                yield Secret(start + match.start("value") + quoted, start + match.end("value") - quoted, what)
        elif re.search(r"psk|shared|passw", match["name"], re.IGNORECASE):
            yield Secret(start + match.end(), _end_of_nested(text, end, match["before"]), what)
    for match in _SAID.finditer(line):
        value = match["value"]
        if re.search(r"[0-9]", value) and re.search(r"[A-Za-z]", value) and not value.startswith("arn:"):
            yield Secret(start + match.start("value"), start + match.end("value"), f"the value of {match['name']}")
    for match in _ANNOUNCED.finditer(line):
        if match["value"] not in _ALLOWED:
            yield Secret(start + match.start("value"), start + match.end("value"), f"the value of {match['name']}")


def _end_of_nested(text: str, end: int, before: str) -> int:
    """Where what is nested below a field ends: with its line in flow style, else with the lines indented deeper."""
    if before.strip(" \t-"):
        return end
    deeper = rf"(?:\n(?:[ \t]{{{len(before) + 1},}}[^\n]*|{re.escape(before)}-[^\n]*|[ \t]*(?=\n)))*"
    found = re.compile(deeper).match(text, end)
    return found.end() if found else end


def _is_mixed(run: str) -> bool:
    """Whether small letters, capitals and digits change as often as in random text."""
    kinds = run.translate(_KINDS)
    if not {"l", "u", "d"} <= set(kinds):
        return False
    return sum(one != two for one, two in pairwise(kinds)) >= MIXED * (len(run) - 1)
