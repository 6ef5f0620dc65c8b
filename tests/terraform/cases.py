"""Configurations on the edge of every rule of provider_rules.json: each is a sound one, changed in one place.

Which of them are right is for the judges to say: the real provider, and the stand-in that must agree with it. The
values of a rule are its bounds and one beyond, its words in other cases, and what people write by mistake.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.terraform.aws_schema import RESOURCES, Block
from tests.terraform.provider_rules import BASES, RULES, Asked
from tests.terraform.wire import UNKNOWN

Config = dict[str, Any]

MORE = json.loads(Path(__file__).with_name("more_cases.json").read_text(encoding="utf-8"))["cases"]
CHARACTERS = "aZ0-_./#é +=,@:*()[]{}$\n\t"
WORDS = (
    "",
    "x",
    "0",
    "1",
    "-1",
    "true",
    "10.0.0.0/8",
    "arn:aws:s3:::b",
    "{}",
    "traffic-port",
    "off",
    "p99",
    "fd00::/126",
)
ARNS = (
    "arn:aws:iam::111111111111:role/acme",
    "arn:aws-us-gov:iam::111111111111:role/acme",
    "arn:aws-cn:sns:cn-north-1:111111111111:t",
    "arn:aws-eusc:sns:eusc-de-east-1:111111111111:t",
    "arn:aws:sns:eu-west-1:111111111111:",
    "arn:aws:sns:eu-west-1:1111:t",
    "arn:aws:sns:europe:111111111111:t",
    "arn:aws:sns::111111111111",
    "arn:azure:sns:eu-west-1:111111111111:t",
    "arn:aws:iam::aws:policy/ReadOnlyAccess",
    "arn:aws:automate:eu-west-1:ec2:stop",
    "arn:aws:automate:eu-west-1:ec2:start",
    "acme",
)
CIDRS = (
    *("10.0.0.0/8", "10.0.0.0/15", "10.0.0.0/16", "10.0.0.0/28", "10.0.0.0/29", "10.0.0.1/32", "0.0.0.0/0"),
    *(
        "10.0.0.1/24",
        "10.0.0.0",
        "10.0.0.0/33",
        "010.0.0.0/8",
        "10.0.0.256/32",
        "::/0",
        "2001:db8::/56",
        "2001:db8::1/56",
    ),
    *(
        "2001:db8::/57",
        "169.254.6.0/30",
        "169.254.7.0/30",
        "fd00::4/126",
        "169.254.6.0/29",
        "169.254.6.1/30",
        "169.254.0.0/30",
        "169.254.5.0/30",
    ),
    *("169.254.169.252/30", "169.255.0.0/30", "fd00::/126", "fe00::/126", "fd00::/125", "2001:DB8::/56"),
    *(
        "10.0.0.0/08",
        "10.0.0.0/255.0.0.0",
        " 10.0.0.0/8",
        "2001:d00::/24",
        "FD00::/126",
        "fd00:0:0::/126",
        "10.0.0.0/16 ",
    ),
)
ADDRESSES = ("203.0.113.10", "203.0.113.256", "203.0.113", "2001:db8::1", "203.0.113.010", "::ffff:203.0.113.1", "x")
POLICIES = (
    *('{"Version": "2012-10-17"}', "[]", '"x"', "", "{", '{"a": 1, "a": 2}', "null", ' {"a": 1} ', "1"),
    '{"Statement": [{"Sid": "a", "Sid": "b"}]}',
)  # fmt: skip

NAMES = ("internal-acme", "sg-acme", "internal", "404", "504", "200", "304", "4040", "/", "/x", ":", "-")
STATISTICS = (
    *("p99.99", "TM(10%:90%)", "tm90", "IQM", "p101", "p100", "p5.", "PR(:300)", "tm99.999", "WM(10:90)", "p"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One configuration; what it leaves out is null."""

    type_name: str
    name: str
    config: Config


@cache
def cases() -> tuple[Case, ...]:
    """All of them, the sound ones first."""
    sound = [Case(type_name, "as it is", base) for type_name, base in BASES.items()]
    more = [Case(type_name, name, {**BASES[type_name], **change}) for type_name, name, change in MORE]
    return (*sound, *more, *(case for type_name in sorted(RULES) for case in _of_type(type_name)))


def filled(block: Block, config: Config) -> Config:
    """A configuration with null for everything in the schema that it leaves out."""
    whole: Config = {name: config.get(name) for name in block["attributes"]}
    for name, inner in block["blocks"].items():
        written = config.get(name)
        if inner["nesting"] == "single":
            whole[name] = filled(inner, written) if isinstance(written, dict) else written
        else:
            whole[name] = [filled(inner, item) if isinstance(item, dict) else item for item in written or []]
    return whole


def fits(block: Block, config: Config) -> bool:
    """Whether the schema has everything that the configuration writes."""
    for name, value in config.items():
        if name in block["blocks"]:
            items = value if isinstance(value, list) else [value]
            if not all(fits(block["blocks"][name], item) for item in items if isinstance(item, dict)):
                return False
        elif name not in block["attributes"]:
            return False
    return True


def _of_type(type_name: str) -> Iterator[Case]:
    for name, asked in RULES[type_name].items():
        path = tuple(name.split("."))
        if not _known(RESOURCES[type_name], path):
            continue
        values = [*edges_of(asked.get("value", {})), *([1.5] if asked.get("integer") else [])]
        for value in values if "value" in asked or asked.get("integer") else []:
            config = placed(type_name, path, value)
            if config is not None:
                yield Case(type_name, f"{name} = {_short(value)}", config)
        if len(path) == 1:
            yield from _across(type_name, name, asked)
        elif "max_items" in asked:
            many = tuple(f"x{number}" for number in range(asked["max_items"] + 1))
            for items in (many, many[1:]):
                yield Case(type_name, f"{name} with {len(items)}", placed(type_name, path, items) or {})


def _across(type_name: str, name: str, asked: Asked) -> Iterator[Case]:
    """Cases of a rule that compares arguments, or counts the items of one."""
    for other in (*asked.get("conflicts_with", ()), *asked.get("required_with", ())):
        for title, change in _beside(type_name, name, other):
            yield Case(type_name, title, {**BASES[type_name], **change})
    yield from _exactly_one(type_name, name, asked.get("exactly_one_of", ()))
    for bound in ("min_items", "max_items"):
        if bound in asked:
            yield from _counted(type_name, name, asked[bound])


def _beside(type_name: str, name: str, other: str) -> Iterator[tuple[str, Config]]:
    """One argument given, zero or unknown, and another given, absent or unknown; a block is never unknown."""
    blocks = RESOURCES[type_name]["blocks"]
    own, theirs = sample(type_name, name), sample(type_name, other)
    yield f"{name} and {other}", {name: own, other: theirs}
    yield f"{name} = zero and {other}", {name: _zero(own), other: theirs}
    yield f"{name} without {other}", {name: own, other: None}
    yield f"{name} = zero without {other}", {name: _zero(own), other: None}
    if name not in blocks:
        yield f"{name} unknown and {other}", {name: UNKNOWN, other: theirs}
        yield f"{name} unknown without {other}", {name: UNKNOWN, other: None}
    if other not in blocks:
        yield f"{name} and {other} unknown", {name: own, other: UNKNOWN}


def _exactly_one(type_name: str, name: str, one_of: tuple[str, ...]) -> Iterator[Case]:
    """None, one and two of the arguments of which exactly one must be given."""
    if not one_of:
        return
    own = sample(type_name, name)
    without = {each: value for each, value in BASES[type_name].items() if each not in one_of}
    yield Case(type_name, f"none of {', '.join(one_of)}", without)
    yield Case(type_name, f"{name} alone", {**without, name: own})
    if name not in RESOURCES[type_name]["blocks"]:
        yield Case(type_name, f"{name} unknown, alone", {**without, name: UNKNOWN})
    for other in one_of:
        if other != name:
            yield Case(type_name, f"{name} and {other}", {**without, name: own, other: sample(type_name, other)})


def _counted(type_name: str, name: str, bound: int) -> Iterator[Case]:
    """As many items as a bound says, one less and one more."""
    own = sample(type_name, name)
    for count in {max(bound - 1, 0), bound, bound + 1}:
        items = [str(own[0] if own else "x") + str(number) for number in range(count)]
        yield Case(type_name, f"{name} with {count}", {**BASES[type_name], name: items})


def placed(type_name: str, path: tuple[str, ...], value: Any) -> Config | None:
    """The sound configuration with one value at a path, in a first block where it is nested; None where none can be.

    A tuple is the whole of a set.
    """
    config = copy.deepcopy(BASES[type_name])
    block, inside = RESOURCES[type_name], config
    for place, step in enumerate(path[:-1], 1):
        block = block["blocks"][step]
        if not inside.get(step):
            needed = {name: sample(type_name, *path[:place], name) for name in _required(block)}
            inside[step] = needed if block["nesting"] == "single" else [needed]
        inside = inside[step] if block["nesting"] == "single" else inside[step][0]
    if path[-1] in block["blocks"]:
        return None
    of_type = block["attributes"][path[-1]][1]
    many = isinstance(of_type, list) and of_type[0] in ("set", "list")
    wanted = of_type[1] if many else of_type
    if wanted == "number" and isinstance(value, (str, bool)):
        return None
    if wanted == "string" and not isinstance(value, (str, tuple)):
        value = str(value)
    inside[path[-1]] = list(value) if isinstance(value, tuple) else [value] if many else value
    return config


def sample(type_name: str, *path: str) -> Any:
    """A value for an argument: the sound configuration's own, else one that its rule takes, else any of its type."""
    if len(path) == 1 and path[0] in BASES[type_name]:
        return BASES[type_name][path[0]]
    block = RESOURCES[type_name]
    for step in path[:-1]:
        block = block["blocks"][step]
    if path[-1] in block["blocks"]:
        inner = block["blocks"][path[-1]]
        needed = {name: sample(type_name, *path, name) for name in _required(inner)}
        return needed if inner["nesting"] == "single" else [needed]
    of_type = block["attributes"].get(path[-1], ("", "string"))[1]
    rule = RULES[type_name].get(".".join(path), {}).get("value", {})
    first = _first(rule, of_type)
    return [first] if isinstance(of_type, list) and of_type[0] in ("set", "list") else first


def _first(rule: dict[str, Any], of_type: Any) -> Any:
    if "any" in rule:
        return _first(rule["any"][0], of_type)
    known: dict[str, Callable[[], Any]] = {
        "one_of": lambda: rule["one_of"][0],
        "arn": lambda: ARNS[0],
        "range": lambda: rule["range"][0],
        "integer_text": lambda: str(rule["integer_text"][0][1]),
        "cidr": lambda: "10.0.0.0/16" if 4 in rule["cidr"] else "2001:db8::/56",
        "address": lambda: ADDRESSES[0] if rule["address"] == 4 else "2001:db8::1",
        "policy": lambda: POLICIES[0],
        "length": lambda: "a" * max(rule["length"][0], 1),
    }
    for name, value in known.items():
        if name in rule:
            return value()
    plain = {"number": 1, "bool": True}
    if isinstance(of_type, str):
        return plain.get(of_type, "x")
    if not isinstance(of_type[1], str):
        return {}  # an object: no rule speaks of its members
    return {"a": "b"} if of_type[0] == "map" else plain.get(of_type[1], "x")


def edges_of(rule: dict[str, Any]) -> list[Any]:
    """The values on the edge of a rule, right and wrong ones."""
    found = [value for each in rule.get("any", ()) for value in edges_of(each)]
    found += [value for names, edges in _EDGES for value in (edges(rule) if names & set(rule) else ())]
    return list(dict.fromkeys(found))


def _of_words(rule: dict[str, Any]) -> list[Any]:
    words = [each for each in rule["one_of"] if isinstance(each, str)]
    numbers = [each for each in rule["one_of"] if not isinstance(each, str)]
    return [*rule["one_of"], *(each.swapcase() for each in words), *(each + 1 for each in numbers), *WORDS]


def _of_range(rule: dict[str, Any]) -> list[Any]:
    least, most = rule["range"]
    return [least - 1, least, 0, -1, *([most, most + 1] if most is not None else [10**6])]


def _of_integer_text(rule: dict[str, Any]) -> list[Any]:
    bounds = [str(value) for least, most in rule["integer_text"] for value in (least - 1, least, most, most + 1)]
    return [*bounds, "x", "1.5", "", "+1", " 1", "65000", "010"]


def _of_length(rule: dict[str, Any]) -> list[Any]:
    least, most = rule["length"]
    return [*("a" * size for size in (least - 1, least, most, most + 1) if size >= 0), "é" * (most // 2 + 1)]


def _of_text(_rule: dict[str, Any]) -> list[Any]:
    placed_anywhere = (text for each in CHARACTERS for text in (f"aaaa{each}aaaa", f"{each}aaaaaaa", f"aaaaaaa{each}"))
    return [*placed_anywhere, *NAMES, *STATISTICS]


def _of_multiple(rule: dict[str, Any]) -> list[Any]:
    of = rule["multiple_of"]
    return [of, 2 * of, of - 15, 0, -of, 1, 5, 10, 20, 30]


_EDGES: tuple[tuple[set[str], Callable[[dict[str, Any]], list[Any]]], ...] = (
    ({"one_of"}, _of_words),
    ({"range"}, _of_range),
    ({"integer_text"}, _of_integer_text),
    ({"length"}, _of_length),
    ({"pattern", "length"}, _of_text),
    ({"arn"}, lambda _rule: [*ARNS, ""]),
    ({"cidr"}, lambda _rule: [*CIDRS, ""]),
    ({"address"}, lambda _rule: [*ADDRESSES, ""]),
    ({"policy"}, lambda _rule: [*POLICIES, ""]),
    ({"not_empty"}, lambda _rule: ["", "x", 0, 1]),
    ({"multiple_of"}, _of_multiple),
)


def _required(block: Block) -> list[str]:
    names = [name for name, (mode, _type) in block["attributes"].items() if "required" in mode.split()]
    return [*names, *(name for name, inner in block["blocks"].items() if inner.get("min"))]


def _known(block: Block, path: tuple[str, ...]) -> bool:
    for step in path[:-1]:
        if step not in block["blocks"]:
            return False
        block = block["blocks"][step]
    return path[-1] in block["attributes"] or path[-1] in block["blocks"]


def _zero(value: Any) -> Any:
    return (
        False if isinstance(value, bool) else 0 if isinstance(value, int) else "" if isinstance(value, str) else value
    )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 60 else f"{text[:20]}... ({len(value)})"
