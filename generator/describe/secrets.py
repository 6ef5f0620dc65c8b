"""Text that looks like it holds a key becomes text without it, before anything else reads or prints it.

Nobody can tell a secret for certain: what is found is what a field's name announces, what has a
known form (AWS access keys, PEM), and what is as mixed as only keys are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NAME = (
    r"[\w.-]*(?:psk|pre[-_]?shared[-_]?keys?|secrets?|passw(?:or)?ds?|passphrases?|tokens?|credentials?"
    r"|(?:private|api|access|secret)[-_]?keys?)[-_]?[0-9]*"
)
_FIRST_LOOK = re.compile(
    r"psk|shared|secret|passw|passphrase|token|credential|(?:private|api|access)[-_]?key|-----BEGIN|A[KS]IA"
    r"|[A-Za-z0-9+_=]{16}",
    re.IGNORECASE,
)
_FIELD = re.compile(
    rf"""(?imx) (?:^(?P<indent>[ \t]*)(?:-[ \t]+)?|[{{,][ \t]*) ["']?(?P<name>{_NAME})["']?[ \t]*:(?:[ \t]+|$)
    (?P<value>"(?:[^"\\\n]|\\.)*" | '[^'\n]*' | [^\s"'{{\[,}}\#][^,}}\n]*?)? (?=[ \t]*(?:\#|,|}}|$|[{{\[]))"""
)
_SAID = re.compile(rf"""(?ix) (?P<name>{_NAME})["']?[ \t]*[:=][ \t]*["']?(?P<value>[^\s"',}}]{{8,}})""")
_KNOWN = re.compile(
    r"(?P<access_key>\bA[KS]IA[A-Z0-9]{16}\b)|(?P<pem>-----BEGIN[^\n]*-----(?:.*?-----END[^\n]*-----|.*))", re.DOTALL
)
_RUN = re.compile(r"[A-Za-z0-9+_=]{16,}")
_HEX = re.compile(r"[0-9a-f]{32,}|[0-9A-F]{32,}")
_ARN = re.compile(r"arn:aws[\w-]*:[\w:/+=,.@-]*")
_CLASSES = str.maketrans(
    {
        chr(code): kind
        for low, high, kind in (("a", "z", "l"), ("A", "Z", "u"), ("0", "9", "d"))
        for code in range(ord(low), ord(high) + 1)
    }
)
_ALLOWED = ("secrets_manager", "variables")  # what preshared_keys may say
MIXED = 0.35  # of neighbours that differ in kind: 0.62 on average in random keys, 0.25 in CamelCase names


@dataclass(frozen=True, slots=True)
class Secret:
    """From where to where a text looks like a secret, and what it seems to be."""

    start: int
    end: int
    what: str


def find_secrets(text: str) -> list[Secret]:
    """Every stretch of a text that looks like a key, in order, none within another."""
    if _FIRST_LOOK.search(text) is None:
        return []
    found: list[Secret] = []
    for secret in sorted(_suspects(text), key=lambda each: (each.start, -each.end)):
        if secret.start < secret.end and (not found or secret.start >= found[-1].end):
            found.append(secret)
    return found


def masked(text: str, secrets: list[Secret]) -> str:
    """The same text, of the same lines and columns, with x for all that is secret."""
    for secret in secrets:
        cover = re.sub(r"\S", "x", text[secret.start : secret.end])
        text = text[: secret.start] + cover + text[secret.end :]
    return text


def _suspects(text: str) -> Iterator[Secret]:
    for match in _KNOWN.finditer(text):
        yield Secret(match.start(), match.end(), "an AWS access key" if match["access_key"] else "a PEM block")
    for match in _FIELD.finditer(text):
        yield from _of_field(text, match)
    for match in _SAID.finditer(text):
        if any(char.isdigit() for char in match["value"]) and not match["value"].startswith("arn:"):
            yield Secret(*match.span("value"), f"the value of {match['name']}")
    arns = [match.span() for match in _ARN.finditer(text)]
    for match in _RUN.finditer(text):
        in_arn = any(start <= match.start() < end for start, end in arns)
        if not in_arn and (_HEX.fullmatch(match[0]) or _is_mixed(match[0])):
            yield Secret(match.start(), match.end(), "a long random text")


def _of_field(text: str, match: re.Match[str]) -> Iterator[Secret]:
    """A field's value without its quotes; what is nested below a field for pre-shared keys, word by word."""
    what = f"the value of {match['name']}"
    value = match["value"] or ""
    if value not in ("", "|", ">", "|-", ">-"):
        quoted = value[0] in "\"'"
        if value.strip("\"'") not in _ALLOWED:
            yield Secret(match.start("value") + quoted, match.end("value") - quoted, what)
    elif re.search(r"psk|shared|passw", match["name"], re.IGNORECASE):
        for word in re.finditer(r"[^\s\"'{}\[\],:|>-][^\s\"'{}\[\],:]*", _below(text, match)):
            yield Secret(match.end() + word.start(), match.end() + word.end(), what)


def _below(text: str, match: re.Match[str]) -> str:
    """The rest of a field's line, and the lines that are indented deeper."""
    indent = match["indent"]
    if indent is None:
        return text[match.end() :].partition("}")[0].partition("\n")[0]
    deeper = re.compile(rf"[^\n]*(?:\n(?:{indent}[ \t-]+[^\n]*|[ \t]*(?=\n)))*")
    found = deeper.match(text, match.end())
    return found[0] if found else ""


def _is_mixed(run: str) -> bool:
    """Whether small letters, capitals and digits change as often as in random text."""
    kinds = run.translate(_CLASSES)
    if not {"l", "u", "d"} <= set(kinds):
        return False
    changes = sum(one != two for one, two in zip(kinds, kinds[1:], strict=False))
    return changes >= MIXED * (len(run) - 1)
