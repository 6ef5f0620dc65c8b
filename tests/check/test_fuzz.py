"""Whatever bytes a file holds, reading and checking end soon, in problems that fit on a line each."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from natlane.check import check_landing_zone, check_partner, facts_of
from natlane.describe.document import read_text
from natlane.describe.landing_zone import LandingZone, parse_landing_zone
from natlane.describe.partner import parse_partner
from natlane.problems import Problem, has_error

from tests.bounded import within
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

SECONDS = 60  # for one input of up to 1 MiB: far more than the slowest needs, far less than a hang
MUTATED = 12_000
REAL = [path.read_bytes() for path in sorted((ROOT / "partners").glob("*.yaml"))]
OURS = (ROOT / "landing-zone.yaml").read_bytes()


def _landing_zone() -> LandingZone:
    document, problems = read_text("landing-zone.yaml", OURS)
    landing_zone = parse_landing_zone(document, problems) if document else None
    assert landing_zone is not None
    return landing_zone


LANDING_ZONE = _landing_zone()


def _read_as_partner(raw: bytes) -> list[Problem]:
    document, problems = read_text("partners/acme.yaml", raw)
    partner = parse_partner(document, problems) if document else None
    if partner and document:
        problems += check_partner(partner, document, LANDING_ZONE, ("acme",))
        if not has_error(problems):
            facts_of(partner, document, LANDING_ZONE)
    assert partner is not None or has_error(problems)
    return problems


def _read_as_landing_zone(raw: bytes) -> list[Problem]:
    document, problems = read_text("landing-zone.yaml", raw)
    landing_zone = parse_landing_zone(document, problems) if document else None
    if landing_zone and document:
        problems += check_landing_zone(landing_zone, document)
    assert landing_zone is not None or has_error(problems)
    return problems


def _hold(raw: bytes, read: Callable[[bytes], list[Problem]]) -> None:
    """No exception, no hang, and every problem is one printable line within the file."""
    with within(SECONDS):
        problems = read(raw)
    lines = raw.count(b"\n") + raw.count(b"\r") + raw.count(b"\x85") + raw.count(b"\xe2\x80") + 1
    for problem in problems:
        text = str(problem)
        assert text.isprintable()
        assert len(text) < 5_000
        assert 0 <= problem.line <= lines


PIECES = [
    *(
        b"[",
        b"]",
        b"{",
        b"}",
        b": ",
        b"- ",
        b"#",
        b"&a ",
        b"*a",
        b"!!python/object:os.system ",
        b"!x ",
        b"|\n",
        b">-\n",
    ),
    *(
        b"<<: ",
        b"---\n",
        b"...\n",
        b"%YAML 1.2\n",
        b"? ",
        b"\t",
        b"\r",
        b"\0",
        b"\x07",
        b"\x1b[31m",
        b"\x7f",
        b"\xff\xfe",
    ),
    *(
        b"\xef\xbb\xbf",
        b"\xc2\x85",
        b"\xe2\x80\xa8",
        b"\xf0\x9f\x92\xa9",
        b"\xed\xa0\x80",
        "ı\u0301".encode(),
        b"'",
        b'"',
    ),
    *(b"9" * 400, b"-1", b"1e999", b".nan", b"0x10", b"0o7", b"1_000", b"12:30", b"no", b"~", b"null", b"10.0.0.0/8"),
    *(
        b"0.0.0.0/0",
        b"255.255.255.255/32",
        b"::/0",
        b'${file("/etc/passwd")}',
        b"%{ if true }",
        b"a" * 5_000,
        b"1: ",
        b"\n",
    ),
]


def _mutated(chance: random.Random, raw: bytes) -> bytes:
    """A real file with one to four things done to it."""
    for _ in range(chance.randint(1, 4)):
        at, to = sorted((chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)))
        match chance.randrange(6):
            case 0:
                raw = raw[:at] + chance.choice(PIECES) + raw[at:]
            case 1:
                raw = raw[:at] + raw[min(to, at + 40) :]
            case 2:
                raw = raw[:to] + raw[at:to] + raw[to:]
            case 3:
                raw = raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]
            case 4:
                raw = _value_replaced(chance, raw, at)
            case _:
                raw = raw[:at] + chance.choice(REAL)[at:]
    return raw


def _value_replaced(chance: random.Random, raw: bytes, at: int) -> bytes:
    """Another value after the next colon: most other changes end in the YAML reader."""
    colon = raw.find(b": ", at)
    end = min((each for mark in (b"\n", b",", b"}") if (each := raw.find(mark, colon)) >= 0), default=len(raw))
    return raw[: colon + 2] + chance.choice(PIECES) + raw[end:] if colon >= 0 else raw


@pytest.mark.parametrize("seed", range(4))
def test_mutated_descriptors(seed: int) -> None:
    chance = random.Random(seed)
    for index in range(MUTATED // 4):
        if index % 4:
            _hold(_mutated(chance, chance.choice(REAL)), _read_as_partner)
        else:
            _hold(_mutated(chance, OURS), _read_as_landing_zone)


def test_random_bytes() -> None:
    chance = random.Random(1)
    for _ in range(1_000):
        _hold(chance.randbytes(chance.randrange(200)), _read_as_partner)
    alphabet = b"{}[]:,-&*!|>#'\"%@`? \n\tab01.\\"
    for _ in range(2_000):
        _hold(bytes(chance.choices(alphabet, k=chance.randrange(60))), _read_as_partner)


MOST = 1_048_576
HEAVY = {
    "nothing": b"",
    "flow nesting": b"[" * MOST,
    "mapping nesting": b"{a: " * (MOST // 4),
    "block nesting": b"".join(b" " * depth + b"a:\n" for depth in range(1_400)),
    "sequence nesting": b"- " * (MOST // 2),
    "keys of keys": b"? " * (MOST // 2),
    "laughing aliases": b"a: &a [x, x]\n"
    + b"".join(f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n".encode() for i in range(20)),
    "alias to itself": b"a: &a [*a]\n",
    "anchors": b"".join(b"a%d: &a%d x\n" % (i, i) for i in range(40_000)),
    "equal keys": b"a: b\n" * (MOST // 5),
    "many keys": b"".join(b"k%d: 1\n" % i for i in range(90_000)),
    "many tags": b"partner: acme\ntags:\n" + b"".join(b"  k%d: v\n" % i for i in range(80_000)),
    "many cidrs": b"partner: acme\npartner_cidrs:\n" + b"- 10.0.0.0/8\n" * 80_000,
    "one scalar": b"a" * MOST,
    "one quoted scalar": b'partner: "' + b"\\x41" * (MOST // 4 - 4) + b'"',
    "one key": b"a" * (MOST - 10) + b": b",
    "number": b"zones: " + b"9" * (MOST - 10),
    "digits with underscores": b"zones: " + b"9_" * (MOST // 2 - 10),
    "float-like": b"partner: " + b"0." * (MOST // 2 - 10),
    "sexagesimal-like": b"partner: 1" + b":59" * (MOST // 3 - 10),
    "hyphens": b"partner: a" + b"-a" * (MOST // 2 - 10),
    "secret names": b"psk:\n" * (MOST // 5),
    "secret nested": b"psk:\n " * (MOST // 6),
    "secret words": b"{psk" * (MOST // 4),
    "secret run": b"aB3" * (MOST // 3),
    "pem": b"-----BEGIN X-----\n" * (MOST // 18),
    "too large": b"a: b\n" * MOST,
    "utf-16": "partner: acme\n".encode("utf-16"),
    "utf-32": "partner: acme\n".encode("utf-32"),
    "latin-1": "description: café\n".encode("latin-1"),
    "nul": b"partner: a\0b\n",
    "bom": b"\xef\xbb\xbf" + REAL[0],
    "two boms": b"\xef\xbb\xbf" * 2 + REAL[0],
    "carriage returns": REAL[0].replace(b"\n", b"\r"),
    "dos lines": REAL[0].replace(b"\n", b"\r\n"),
    "unicode lines": REAL[0].replace(b"\n", "\u2028".encode()),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10,
    "elf": b"\x7fELF" + bytes(200),
    "version": b"%YAML 9.9\n---\n" + REAL[0],
    "directive": b"%TAG ! tag:x,2000:\n---\na: !b c\n",
}


@pytest.mark.parametrize("name", HEAVY)
@pytest.mark.parametrize("read", [_read_as_partner, _read_as_landing_zone])
def test_heavy_files(name: str, read: Callable[[bytes], list[Problem]]) -> None:
    _hold(HEAVY[name], read)


def test_a_bom_and_dos_lines_change_nothing() -> None:
    assert _read_as_partner(REAL[0])[0].code == "partner-file-name"
    assert _read_as_partner(HEAVY["bom"]) == _read_as_partner(REAL[0]) == _read_as_partner(HEAVY["dos lines"])
