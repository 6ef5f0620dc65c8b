"""Following a hint removes the problem and causes no new one."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from natlane.check import RULES
from natlane.describe.field_types import Listing, Named, Record, Shape
from natlane.describe.landing_zone import LANDING_ZONE as LANDING_ZONE_MODEL
from natlane.describe.partner import PARTNER
from natlane.facts import aws
from natlane.problems import Problem

from tests.check.corpus import ACME, BAD, LANDING_ZONE, check_case, check_root, files_of_case, written_as

# What no program can follow: another person, or a place outside of the documents, has the answer.
FOR_PEOPLE = {
    "account-repeats": "which name is right",
    "adopted-id": "the id of the thing",
    "adopted-twice": "which of them is meant",
    "address-budget": "what may be given up",
    "address-invalid": "the partner's address",
    "attachment-repeats": "the VPC's own attachment",
    "block-mix": "another block",
    "block-overlaps-vpc": "another block",
    "block-reserved": "another block",
    "block-service-collision": "another block",
    "block-space": "another block",
    "bucket-name": "the bucket's name",
    "cidr-invalid": "the right block",
    "customer-gateway-private": "the device's public address",
    "decommissioned": "the descriptor goes after the apply",
    "endpoint-policy-service": "who calls",
    "fleet-customer-gateway": "which descriptor holds the CIDRs",
    "fleet-nat-shared": "another block of the partner",
    "fleet-renamed-from": "which module has the state",
    "fleet-one-zone": "which partner moves",
    "inbound-from-translated": "the partner's addresses",
    "inbound-target-public": "a private address",
    "label-collision": "the whole service name",
    "list-length": "the entries",
    "missing-field": "the field's value",
    "outbound-target-in-vpc-n": "another block, or another host",
    "outbound-target-public": "the host's private address",
    "partner-cidr-holds-target": "whether a host of the partner's has that address",
    "pattern": "the right name",
    "partner-cidr-around-vpc-n": "whether the partner uses the block",
    "partner-cidr-in-vpc-n": "another block",
    "partner-cidr-unroutable": "the partner's networks",
    "devices-adopted": "whether it is adopted still",
    "devices-alike": "the second device's address",
    "devices-asymmetric": "what the devices can do",
    "devices-named-alike": "the device's name",
    "fields-exclude": "which one is meant",
    "partner-cidr-wide": "the partner's networks",
    "reach-overlap": "which VPC joins",
    "region-partition": "no such region is known",
    "role-account": "the account's role",
    "role-missing": "the account's role",
    "route-table-repeats": "the VPC's own route tables",
    "secret": "a key is changed, not edited",
    "security-group-rules": "what may be given up, or what AWS grants",
    "service-name-repeats": "another name",
    "service-port-repeats": "another port",
    "service-target-reserved": "the host's address",
    "service-udp": "how else it is served",
    "tag-characters": "another text",
    "tag-count": "which tags go",
    "tag-overwritten": "another key",
    "tag-reserved": "another key",
    "vpc-cidr-space": "the VPC's CIDRs",
    "vpc-cidrs": "a block around the others, or what AWS grants",
    "shared-table-overlap": "other addresses, or other tables",
    "zone-single": "a larger block of the partner",
}
# What a hint leaves open, and what somebody who follows it may write there.
LEFT_OPEN = {
    "<granted>": "1000",
    "<account id>": "222222222222",
    "<name>": "ledger",
    "<port>": "443",
    "<a free block>": "10.197.0.0/27",
}
VALUE = re.compile(
    r"(?:did you mean|the nearest allowed is|the next longer is|write at most|such as|better,|write)"
    r" (?P<value>\[[^\]]*\]|\{.*\}|\"[^\"]*\"|[\w./:-]*\w)(?= |\?|,|$)"
)
OPTIONAL = ("amazon_side_asn", "partner_route_table", "policy", "private_dns")
Json = dict[str, Any]
Where = tuple[str, ...]


def _where(field: str) -> Where:
    """`vpn.tunnels.1.rekey` and `reach[0]` as keys."""
    return tuple(part for part in re.split(r"[.\[\]]+", field) if part)


def _at(document: Any, where: Where) -> Any:
    for part in where:
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def _set(document: Json, where: Where, value: Any) -> None:
    at: Any = document
    for part in where[:-1]:
        at = at[int(part)] if isinstance(at, list) else at.setdefault(part, {})
    if isinstance(at, list):
        at[int(where[-1])] = value
    else:
        at[where[-1]] = value


def _overlay(document: Json, where: Where, values: Json) -> None:
    """Mappings are laid over each other, anything else is replaced."""
    for key, value in values.items():
        try:
            old = _at(document, (*where, key))
        except (KeyError, IndexError):
            old = None
        if isinstance(value, dict) and isinstance(old, dict):
            _overlay(document, (*where, key), value)
        elif isinstance(value, list) and isinstance(old, list) and where[:1] == ("grants",):
            old += [each for each in value if each not in old]  # "beside what stands there"
        else:
            _set(document, (*where, key), value)


def _holder(shape: Shape, where: Where, key: str) -> Where | None:
    """The nearest mapping around a field that may have a key."""
    found: Where | None = () if isinstance(shape, Record) and key in shape.fields else None
    for index, part in enumerate(where):
        if isinstance(shape, Record):
            if part not in shape.fields:
                break
            shape = shape.fields[part].shape
        elif isinstance(shape, Listing | Named):
            shape = shape.of
        if isinstance(shape, Record) and key in shape.fields:
            found = where[: index + 1]
    return found


def _snippets(hint: str) -> Iterator[list[Json]]:
    """The YAML in a hint; what `and` joins belongs together."""
    for alternative in re.split(r", or |\bor\b", hint):
        for open_, answer in LEFT_OPEN.items():
            alternative = alternative.replace(open_, answer)
        if host := re.search(r"translated_cidrs: \[([0-9./]+)", alternative):
            alternative = alternative.replace("<host of theirs>", str(IPv4Network(host[1])[10]))
        written = re.findall(r"`([a-z_0-9]+: [^`]*)`", alternative)
        found = [yaml.safe_load(each) for each in written if not re.search(r"<\w|\.\.\.", each)]
        found = [] if "` in some of them" in alternative else found  # of other documents than the problem's
        if found:
            yield found


def _followed(files: dict[str, Any], problem: Problem) -> Iterator[dict[str, Any]]:
    """The root as it is after each way that a hint offers."""
    where = _where(problem.field)
    for snippets in _snippets(problem.hint):
        after = copy.deepcopy(files)
        for snippet in snippets:
            for key, value in snippet.items():
                model = LANDING_ZONE_MODEL if problem.path == LANDING_ZONE else PARTNER
                holder = _holder(model, where, key)
                path = problem.path if holder is not None else LANDING_ZONE
                _overlay(after[path], holder or (), json.loads(json.dumps({key: value})))
        yield after
    if problem.code == "unknown-field":
        after = copy.deepcopy(files)
        parent = _at(after[problem.path], where[:-1])
        parent[VALUE.search(problem.hint)["value"]] = parent.pop(where[-1])  # type: ignore[index]
        yield after
        return
    for value in VALUE.finditer(re.sub(r"`[^`]*`", "", problem.hint)):
        text = value["value"]
        if re.search(r"[0-9?\[\]{}]", text) or "did you mean" in value[0] or value[0] == problem.hint:
            after = copy.deepcopy(files)
            old = _at(after[problem.path], where) if _written(after[problem.path], where) else None
            _set(after[problem.path], where, text if isinstance(old, str) and text[0] != "[" else yaml.safe_load(text))
            yield after
    yield from _in_words(files, problem, where)
    out = re.search(r"\bleave `?(\w+)`? out|\bremove it\b|\bkeep one\b", problem.hint)
    if out:
        after = copy.deepcopy(files)
        gone = _goes(after[problem.path], where, out[1] or "it")
        if gone:
            parent = _at(after[problem.path], gone[:-1])
            del parent[int(gone[-1]) if isinstance(parent, list) else gone[-1]]
            yield after


def _in_words(files: dict[str, Any], problem: Problem, where: Where) -> Iterator[dict[str, Any]]:
    """What hints say in words that name a place: a block, a VPC, a partition, a region, a length."""
    document, said = files[problem.path], problem.hint
    old = _at(document, where) if _written(document, where) else None
    ours, found = files[LANDING_ZONE], {}
    if block := re.search(r"an address (?:in|of) ([0-9./]+[0-9])", said):
        found[where] = str(IPv4Network(block[1])[10])
    if vpc := re.search(r"it lies in VPC (\w+)", said):
        found[(*where[:-2], "vpc")] = vpc[1]
    if isinstance(old, str):
        if partition := re.fullmatch(r"write arn:([a-z-]+):\.\.\.", said):
            found[where] = re.sub(r"arn:[a-z-]+:", f"arn:{partition[1]}:", old)
        if re.search(r"^write (?:one|its name) in [a-z]{2}-", said):
            found[where] = re.sub(r"[a-z]{2}-[a-z]+-[0-9]", ours["region"], old)
        if said == "shorten it":
            found[where] = old[: min(map(int, re.findall(r"[0-9]+", problem.message)))]
    if problem.code.endswith("-unknown") and (known := re.match(r"known are (\w+)", said)):
        found[where] = known[1]
    for place, value in found.items():
        after = copy.deepcopy(files)
        _set(after[problem.path], place, value)
        yield after


def _goes(document: Json, where: Where, named: str) -> Where | None:
    """What a hint to leave something out speaks of: the entry of a list, the field itself, or the field it names."""
    numbers = [index for index, part in enumerate(where) if part.isdigit() and index]
    if named in ("it", "one"):
        entry = where[: numbers[-1] + 1] if numbers else where
        return entry if numbers or where[0] == "tags" or where[-1] in OPTIONAL else None
    return where if where[-1] == named else (named,) if named in document else None


def _written(document: Json, where: Where) -> bool:
    try:
        _at(document, where)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _told(files: dict[str, Any]) -> dict[tuple[str, str, str], Problem]:
    raw = {name: json.dumps(each, ensure_ascii=False).encode() for name, each in files.items()}
    return {(each.path, each.code, each.field): each for each in check_root(raw)}


def _documents(path: Path) -> dict[str, Any] | None:
    """A case as documents; None where it is no plain YAML."""
    try:
        return {name: json.loads(json.dumps(yaml.safe_load(raw))) for name, raw in files_of_case(path).items()}
    except (yaml.YAMLError, UnicodeDecodeError):
        return None


CASES = [path for path in sorted(BAD.glob("*.yaml")) if not path.name.endswith(".good.yaml")]


# What is no YAML of plain values, or no file: two of them are followed in the text, of the others the hint speaks of
# the whole, and the example with the fix is what somebody makes of it.
IN_FILES = ("file-", "yaml-", "partners-missing", "output-interrupted", "not-quoted")
# Warnings that the fix of something else brings, because they are true of what it makes.
WARNED_OF = {
    "devices-asymmetric": "bgp-announces-more",  # a gateway that speaks BGP announces every CIDR of VPC N
    "fields-exclude": "devices-asymmetric",  # two devices with static routes are such
}
IN_TEXT = ("not-quoted", "yaml-duplicate-key")


def test_the_hint_of_every_rule_is_followed() -> None:
    """Each rule's case is followed here, or is for people; nothing is in the list that is no rule any more."""
    rules = {rule.code for rule in RULES if not rule.code.startswith(IN_FILES)}
    assert rules == {path.stem for path in CASES if not path.stem.startswith(IN_FILES)}
    assert set(FOR_PEOPLE) <= rules


@pytest.mark.parametrize(
    "path", [each for each in CASES if not each.stem.startswith(IN_FILES)], ids=lambda path: path.stem
)
def test_a_followed_hint_of_a_rule(path: Path) -> None:
    files = _documents(path)
    assert files is not None
    _hold(files, path.stem)


@pytest.mark.parametrize("code", IN_TEXT)
def test_a_followed_hint_of_a_text(code: str) -> None:
    path = BAD / f"{code}.yaml"
    files, where = files_of_case(path), written_as(path)
    (problem,) = (each for each in check_root(files) if each.code == code)
    lines = files[where].decode().splitlines(keepends=True)
    line = lines[problem.line - 1]
    if quoted := re.fullmatch(r'write "(.*)"', problem.hint):
        assert line[problem.column - 1 :].startswith(quoted[1])
        lines[problem.line - 1] = line[: problem.column - 1] + line[problem.column - 1 :].replace(
            quoted[1], f'"{quoted[1]}"', 1
        )
    else:
        assert problem.hint == "keep one"
        del lines[problem.line - 1]
    assert check_root({**files, where: "".join(lines).encode()}) == []


@pytest.mark.parametrize(
    "code", sorted({*FOR_PEOPLE, *(path.stem for path in CASES if path.stem.startswith(IN_FILES))} - {*IN_TEXT})
)
def test_what_only_people_know_is_in_the_example(code: str) -> None:
    """Where no program can follow a hint, the example with the fix is what somebody makes of it."""
    before = {(each.path, each.code) for each in check_case(BAD / f"{code}.yaml")}
    after = {(each.path, each.code) for each in check_case(BAD / f"{code}.good.yaml")}
    assert code in {each for _, each in before}
    assert code not in {each for _, each in after}
    assert {told for _, told in after - before} == ({WARNED_OF[code]} if code in WARNED_OF else set())


def _hold(files: dict[str, Any], code: str) -> None:
    before = _told(files)
    mine = {key: each for key, each in before.items() if key[1] == code}
    assert mine
    ways = 0
    for key, problem in mine.items():
        for after in _followed(files, problem):
            ways += 1
            now = _told(after)
            assert key not in now, f"{problem}\n{json.dumps(after)}"
            assert [str(each) for each in now.values() if (each.path, each.code, each.field) not in before] == []
    assert (ways == 0) == (code in FOR_PEOPLE), f"{ways} ways: {[each.hint for each in mine.values()]}"


VPN = {"customer_gateway": {"ip": "203.0.113.20", "asn": 65020}}
SMALL = {
    "partner": "acme",
    "nat_cidr": "10.181.0.0/27",
    "partner_cidrs": ["192.168.60.0/24"],
    "reach": ["a"],
    "vpn": VPN,
}
PHASE: Json = {"encryption": ["AES128", "AES256-GCM-16"], "integrity": ["SHA2-384", "SHA1"], "dh_groups": [14, 24]}
SERVICES = [{"name": "orders", "port": 443, "vpc": "a", "targets": ["10.150.10.20"]}]
MORE: dict[str, tuple[Json, Json]] = {
    "several-algorithms": ({"vpn": {**VPN, "phase1": PHASE}}, {}),
    "weak-dh": ({"vpn": {**VPN, "phase2": {"dh_groups": [2]}}}, {}),
    "block-overlap": ({"nat_cidr": "100.64.0.0/27"}, {}),
    "block-overlaps-vpc": ({}, {"vpcs": {"a": {"cidrs": ["10.150.0.0/16", "100.64.0.0/20"]}}}),
    "partner-cidr-holds-vpc-n": ({"partner_cidrs": ["100.64.0.0/16"]}, {}),
    "partner-cidr-in-vpc-n": ({"partner_cidrs": ["100.64.0.0/28"]}, {}),
    "block-too-small": ({"zones": 3}, {}),
    "vpn-static-routes": ({"partner_cidrs": [f"172.29.{n}.0/28" for n in range(101)]}, {}),
    "startup-needs-ikev2": ({"vpn": {**VPN, "startup_action": "start", "ike_versions": ["ikev1"]}}, {}),
    "offset-taken": ({"inbound": {"services": SERVICES, "load_balancer": {"offset": 4}}}, {}),
}


@pytest.mark.parametrize("code", MORE)
def test_a_followed_hint_of_another_descriptor(code: str) -> None:
    partner, ours = MORE[code]
    files = {LANDING_ZONE: yaml.safe_load((BAD / "with" / LANDING_ZONE).read_bytes()), ACME: {**SMALL, **partner}}
    files = copy.deepcopy(files)
    _overlay(files[LANDING_ZONE], (), ours)
    before = _told(files)
    mine = {key: each for key, each in before.items() if key[1] == code}
    assert mine
    for key, problem in mine.items():
        followed = list(_followed(files, problem))
        assert followed, problem.hint
        for after in followed:
            now = _told(after)
            assert key not in now, f"{problem}\n{json.dumps(after)}"
            assert [str(each) for each in now.values() if (each.path, each.code, each.field) not in before] == []


LIFETIMES = {
    "phase1": ("lifetime", (None, 899, 900, 901, 3_600, 28_800, 28_801)),
    "phase2": ("lifetime", (None, 899, 900, 1_799, 3_600, 3_601)),
    "rekey": ("margin", (None, 59, 60, 450, 1_000, 1_801)),
}


def _lifetimes() -> Iterator[Json]:
    """Every mixture, but those in which two right numbers leave none for the third or contradict each other."""
    for given in product(*(numbers for _, numbers in LIFETIMES.values())):
        one, two, margin = (number or default for number, default in zip(given, (28_800, 3_600, 270), strict=True))
        right = {"one": 901 <= one <= 28_800, "two": 900 <= two <= 3_600, "margin": 60 <= margin <= 1_800}
        if right["margin"] and ((right["one"] and 2 * margin >= one) or (right["two"] and 2 * margin > two)):
            continue
        if right["one"] and right["two"] and two >= one:
            continue
        named = zip(LIFETIMES.items(), given, strict=True)
        yield {name: {option: number} for (name, (option, _)), number in named if number is not None}


@pytest.mark.slow  # every combination of three numbers
@pytest.mark.parametrize("place", ["both", "one"])
def test_hints_about_lifetimes_lead_to_right_ones(place: str) -> None:
    """Followed one after the other, and nowhere to a refusal that was not told before."""
    ours = yaml.safe_load((BAD / "with" / LANDING_ZONE).read_bytes())
    for options in _lifetimes():
        vpn = {**VPN, **options} if place == "both" else {**VPN, "tunnels": {"1": options}}
        files: dict[str, Any] = {LANDING_ZONE: ours, ACME: {**SMALL, "vpn": vpn}}
        for _ in options:
            told = _told(files)
            if not told:
                break
            key, problem = next(iter(told.items()))
            for after in _followed(files, problem):
                assert key not in (now := _told(after)), problem
                assert set(now) <= set(told), (problem, list(map(str, now.values())))
                files = after
        assert _told(files) == {}, options


@pytest.mark.parametrize("region", ["eu-west-1", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"])
@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        (("logs", "kms_key_arn"), "alias/logs"),
        (("alarms", "sns_topic_arn"), "oncall"),
        (("accounts", "production", "role_arn"), "deployer"),
        (("zones", "0"), "euw1-az1"),
        (("state", "region"), "europe"),
    ],
)
def test_an_example_is_of_the_landing_zones_region(region: str, field: Where, wrong: str) -> None:
    """What a hint shows as an example is right where the landing zone is, but for what only people know."""
    files = {LANDING_ZONE: yaml.safe_load((BAD / "with" / LANDING_ZONE).read_bytes()), ACME: copy.deepcopy(SMALL)}
    text = json.dumps(files).replace("arn:aws:", f"arn:{aws.partition_of(region)}:").replace("eu-west-1", region)
    files = json.loads(text)
    _overlay(files[LANDING_ZONE], (), {"state": {"bucket": "example"}, "alarms": {}})
    if field[0] != "alarms":
        del files[LANDING_ZONE]["alarms"]
    if field[0] != "state":
        del files[LANDING_ZONE]["state"]
    _set(files[LANDING_ZONE], field, wrong)
    (problem,) = (each for each in _told(files).values() if each.code == "pattern")
    example = re.search(r"it looks like (.*)", problem.hint)
    assert example
    _set(files[LANDING_ZONE], field, example[1])
    assert [each.code for each in _told(files).values() if each.field.startswith(field[0])] in ([], ["role-account"])
