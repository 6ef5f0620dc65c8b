"""Detection of keys and passwords in text, and masking of what was found.

Nobody can tell a secret for certain. Found are values that a field or a sentence calls a key or password, known formats
(AWS access keys, PEM), and words that are mixed as only keys and passwords are (random_words.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase

from natlane.secrets.random_words import is_generated, looks_like

_WORDS = (
    r"(?:psk|pre[-_ ]?shared(?:[-_ ]?keys?)?|secrets?|passw(?:or)?ds?|pass[-_ ]?phrases?|tokens?|credentials?"
    r"|(?:ike|vpn|tunnel|private|api|access|secret|shared)[-_ ]?keys?)[-_]?[0-9]*"
)
# Plain searches come first: a regular expression over every descriptor would cost more than its parsing.
_FIRST_LOOK = ("psk", "shared", "secret", "passw", "phrase", "token", "credential", "key")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_SIGNS = ("-----BEGIN", "AKIA", "ASIA")
_KNOWN = re.compile(
    r"(?P<access_key>\bA[KS]IA[A-Z0-9]{16}\b)|(?P<pem>-----BEGIN[^\n]*-----(?:.*?-----END[^\n]*-----|.*))", re.DOTALL
)
# A field on one line: what stands before its name, the name, and where its value begins and ends.
_FIELD = re.compile(
    rf"""(?ix) (?P<before>^[ \t]*(?:-[ \t]+)*|[{{\[,][ \t]*) ["']?(?P<name>[\w.-]*?{_WORDS})["']?[ \t]*:(?:[ \t]+|$)"""
)
_QUOTED = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*')(?=[ \t]*(?:$|[\#,\]}]))""")
_ENDS = {True: re.compile(r"[,\]}]|(?<![^ \t])\#|$"), False: re.compile(r"(?<![^ \t])\#|$")}  # in flow style, or not
# What a sentence or a comment says: "the PSK is Xy1...", "password=Xy1...". A bare "key" needs a sign or verb.
_SAID = re.compile(
    rf"""(?ix) (?P<name>{_WORDS} | (?<![a-z0-9_-])keys?(?=["'`]?\s{{0,20}}(?:[:=]|is\s)))
    ["'`]? (?:\ \(?(?:(?:of|for)\ )?(?:the\ )?tunnel\ ?[12]\)?)? (?P<by>[\s:=>]+(?:is[\s:=]+)?)
    (?=["'`]?(?P<value>[^\s"'`,}}]{{8,512}}))"""
)
_OF_A_KEY = re.compile(r"[A-Za-z0-9._]{8,64}")
_LONG_WORD = r"[a-z]{2,12}(?:ed|ing|tions?|ments?|it(?:y|ies)|ly|tures?|[ai]ble|ory|al|ary|ents?|ives?|ness)"
# Two words or more, the first of at most 14 letters, with one that only a sentence has among the first four.
_PROSE = re.compile(
    rf"""(?=[A-Za-z][a-z]{{0,13}},?\ [A-Za-z]) (?:[A-Za-z][a-z]*,?\ ){{0,3}} (?:{_LONG_WORD}|(?i:an?|and|are|ask|at|by
    |for|from|has|held|her|his|in|is|its?|kept|no|not|of|on|only|or|our|over|out|per|see|the|their|them|to|via|was|we
    |when|will|with|you|your))\b""",
    re.VERBOSE,
)
_REFERENCE = re.compile(
    r"""var\.[a-z0-9_]+ | [a-z][a-z0-9+.-]*://\S+ | [\w.+-]+@[\w-]+\.[\w.-]+ | (?=[^/]*/) ~? (?:[A-Z]?[a-z._-]*[0-9]*/)*
    [A-Z]?[a-z._-]*[0-9]*""",
    re.VERBOSE,
)
_ALLOWED = ("secrets_manager", "variables")  # what preshared_keys may say
# Words that hold a letter and a digit; and what may be base64.
_WORD = re.compile(r"(?<![A-Za-z0-9+._])(?=[0-9+._]*[A-Za-z])(?=[A-Za-z+._]*[0-9])[A-Za-z0-9+._]{8,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/=]{40,}")
_ARN = re.compile(r"arn:aws[\w-]*:[\w:/+=,.@-]*")
_ROUTE = re.compile(r"\brtb-[0-9a-f]{8,17}_[0-9.]{7,15}/[0-9]{1,2}\b")  # by which Terraform imports one
# Members of a policy whose values are long hexadecimal numbers that anybody may know: an S3 account's canonical id
# (IAM, "JSON policy elements: Principal"), a digest of what is sent (S3), and of what an enclave runs (KMS).
_PUBLIC_DIGITS = re.compile(
    r"""(?ix) \\{0,3}" (?:CanonicalUser | s3:x-amz-content-sha256
    | kms:RecipientAttestation:(?:ImageSha384|(?:NitroTPM)?PCR[0-9]+)) \\{0,3}"
    \s{0,99} : \s{0,99} (?:\[\s{0,99})? (?:\\{0,3}"[0-9a-f]{64,96}\\{0,3}" [\s,]{0,99})+""",
)
_SHOWN_DIGITS = re.compile(r"[0-9A-Fa-f]{64,96}")
_STRUCTURE = re.compile(r"""[^\s{}\[\],:"'|>#-]""")  # all but what gives YAML its shape


@dataclass(frozen=True, slots=True)
class Secret:
    """From where to where a text looks like a secret, and what it seems to be."""

    start: int
    end: int
    what: str


def find_secrets(text: str) -> list[Secret]:
    """Every stretch of a text that looks like a key, in order; those that overlap are one."""
    found: list[Secret] = []
    for secret in sorted(_suspects(text), key=lambda each: (each.start, -each.end)):
        if not found or secret.start >= found[-1].end:
            found.append(secret)
        elif secret.end > found[-1].end:
            found[-1] = Secret(found[-1].start, secret.end, found[-1].what)
    return found


def masked(text: str, secrets: list[Secret]) -> str:
    """The same text, of the same lines, columns and YAML shape, with x for all that is secret."""
    pieces, at = [], 0
    for secret in secrets:
        pieces += [text[at : secret.start], _STRUCTURE.sub("x", text[secret.start : secret.end])]
        at = secret.end
    return "".join([*pieces, text[at:]])


def without_secrets(text: str) -> str:
    """A text with x for all that looks like a secret."""
    return masked(text, find_secrets(text))


def _suspects(text: str) -> Iterator[Secret]:
    yield from _known_formats(text)
    if "arn:" in text:
        text = _ARN.sub(lambda arn: " " * len(arn[0]), text)
    if "rtb-" in text:
        text = _ROUTE.sub(lambda route: " " * len(route[0]), text)
    if "Statement" in text:
        text = _PUBLIC_DIGITS.sub(lambda said: _SHOWN_DIGITS.sub(lambda digits: " " * len(digits[0]), said[0]), text)
    yield from _announced(text)
    yield from _random_words(text)


def _known_formats(text: str) -> Iterator[Secret]:
    """What every text of its kind begins with: access keys of AWS, and PEM."""
    if any(sign in text for sign in _SIGNS):
        for match in _KNOWN.finditer(text):
            yield Secret(match.start(), match.end(), "an AWS access key" if match["access_key"] else "a PEM block")


def _announced(text: str) -> Iterator[Secret]:
    """The values that the words before them call a key, line by line; none within what is nested below an earlier."""
    past = 0
    for start, end in sorted(_lines_with_words(text)):
        if start < past:
            continue
        for secret in (*_fields(text, start, end), *_said(text[start:end], start)):
            past = max(past, secret.end)
            yield secret


def _random_words(text: str) -> Iterator[Secret]:
    """Words whose letters and digits change as only a generated key's do, wherever they stand."""
    for match in _BASE64.finditer(text):
        if is_generated(match[0]):
            yield Secret(match.start(), match.end(), "a long random text")
    for match in _WORD.finditer(text):
        around = text[max(match.start() - 1, 0) : match.start()] + text[match.end() : match.end() + 1]
        what = looks_like(match[0], alone=not set(around) & set("-/@"))
        if what:
            yield Secret(match.start(), match.end(), what)


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


def _fields(text: str, start: int, end: int) -> Iterator[Secret]:
    """The values of the fields of a line whose names announce a secret, with the deeper lines that belong to them."""
    line, past = text[start:end].removesuffix("\r"), 0
    for match in _FIELD.finditer(line):
        if match.start() < past:  # within the value of the one before
            continue
        what, flow = f"the value of {match['name']}", bool(match["before"].strip(" \t-"))
        quoted = _QUOTED.match(line, match.end())
        if quoted:
            first, last = quoted.start() + 1, quoted.end() - 1
        else:
            first = match.end()
            nested = flow and line[first : first + 1] in ("{", "[")
            ends = _ENDS[flow].search(line, first)
            last = len(line) if nested or ends is None else ends.start()
        past, value = last, line[first:last].rstrip()
        if value in _ALLOWED or _REFERENCE.fullmatch(value) or _PROSE.match(value):
            continue
        deeper = end
        if not flow and re.search(r"psk|shared|passw", match["name"], re.IGNORECASE):
            deeper = _end_of_deeper(text, end, match["before"])
        if deeper > end:
            yield Secret(start + first, deeper, what)
        elif value:
            yield Secret(start + first, start + first + len(value), what)


def _end_of_deeper(text: str, end: int, before: str) -> int:
    """Where the lines end that are indented deeper than the field in the line which ends here."""
    deeper = rf"(?:\n(?:[ \t]{{{len(before) + 1},}}[^\n]*|{re.escape(before)}-[^\n]*|[ \t]*(?=\n)))*"
    found = re.compile(deeper).match(text, end)
    return end + len(found[0].rstrip()) if found else end


def _said(line: str, start: int) -> Iterator[Secret]:
    """What a sentence calls a key: psk=x, PSK: x, and "the PSK is x" where x has letters and digits."""
    for match in _SAID.finditer(line):
        at, value = match.start("value"), match["value"].rstrip(".:;!?)]>")
        if value not in _ALLOWED and _is_told(match["name"].lower(), match["by"].lower(), value, line[at : at + 600]):
            yield Secret(start + at, start + match.end("value"), f"the value of {match['name']}")


def _is_told(name: str, by: str, value: str, rest: str) -> bool:
    """Whether the value after a name and a sign or verb is a key. `rest` is the line from the value on."""
    if _REFERENCE.fullmatch(value):
        return False
    mixed = bool(re.search(r"[0-9]", value) and re.search(r"[A-Za-z]", value))
    if mixed and name not in ("key", "keys"):
        return True
    if not _OF_A_KEY.fullmatch(value) or ("=" not in by and _PROSE.match(rest)):
        return False
    # Letters or digits alone need a sign: after a verb or a space they are the words of a sentence.
    return mixed or (("=" in by or ":" in by) and not name.startswith(("token", "credential")))
