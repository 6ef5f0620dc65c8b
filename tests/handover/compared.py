"""What was read of a device's configuration beside what its descriptor wants: every difference, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Network

from natlane.describe.partner import Partner

from tests.handover.expected import OUTER, Expected, Record
from tests.handover.reading import Found
from tests.handover.vendors import Vendor

FORMS: Mapping[str, Callable[[IPv4Network], str]] = {
    "addr": lambda block: str(block.network_address),
    "mask": lambda block: str(block.netmask),
    "wild": lambda block: str(block.hostmask),
}
Kinds = Mapping[str, Sequence[Mapping[str, str]]]
BLOCKS = ("ours", "sel_ours", "sel_theirs", "policy_ours", "policy_theirs")


def differences(vendor: Vendor, partner: Partner, wanted: Expected, found: Found, fields: set[str]) -> list[str]:
    """Why the configuration is not the descriptor's; empty where it is. `fields` are all of the grammar's."""
    return [*_values(vendor, partner, wanted, found, fields), *_records(vendor, partner, wanted, found)]


def _values(vendor: Vendor, partner: Partner, wanted: Expected, found: Found, fields: set[str]) -> Iterator[str]:
    expected = _all_forms(wanted, partner)
    keys = {key for key in expected if key[0] in fields} | set(found.values)
    for name, number in sorted(keys):
        if name in ("x", "y"):
            continue
        said = {vendor.words.get(name, {}).get(value, value) for value in found.values.get((name, number), ())}
        if name == "starts" and len(said) == 2:
            said = {"aws"}  # a line that only this case has, beside one of all
        want = _wanted(vendor, partner, wanted, expected.get((name, number), set()), name, number)
        if said != want:
            yield f"{name} of {number or 'both'}: {sorted(said)} where {sorted(want)} is wanted"


def _wanted(vendor: Vendor, partner: Partner, wanted: Expected, want: set[str], name: str, number: int) -> set[str]:
    """What a field of a tunnel must say, if the vendor writes it at all."""
    condition = vendor.only.get(name, "")
    if name == "esp2" and number and wanted.values["gcm2", number] == "yes" and condition != "always":
        return {"itself"} if condition == "itself" else set()
    return want if _applies(condition, partner, wanted, number) else set()


def _all_forms(wanted: Expected, partner: Partner) -> dict[tuple[str, int], set[str]]:
    """Every value in each form that a device may want it in."""
    found = {key: {value} for key, value in wanted.values.items()}
    for name in BLOCKS:
        block = IPv4Network(wanted.values[name, 0])
        found |= {(f"{name}_{form}", 0): {make(block)} for form, make in FORMS.items()}
    for number in (1, 2):
        get = {name: value for (name, of), value in wanted.values.items() if of == number}
        found["int1", number] = {get["hash1"]}
        found["retries1", number] = {get["retries"]}
        found["index", number] = {str(number - 1)}
        found["rekeys", number] = {get["rekey1"], get["rekey2"]}
        found["bgp", number] = {"yes" if partner.vpn.routing == "bgp" else "no"}
        found["narrow", number] = {wanted.values["is_narrow", 0]}
        found["esp2", number] = {get["hash2"]}
    return found


def _applies(condition: str, partner: Partner, wanted: Expected, number: int) -> bool:
    """Whether a field is written of such a partner, and of such a tunnel."""
    narrow, bgp = wanted.values["is_narrow", 0] == "yes", partner.vpn.routing == "bgp"
    get = {name: value for (name, of), value in wanted.values.items() if of == number}
    held = {
        "bgp": bgp,
        "static": not bgp,
        "narrow": narrow,
        "wide": not narrow,
        "wide or bgp": not narrow or bgp,
        "wide or static": not narrow or not bgp,
        "both": partner.vpn.ecmp,
        "first": number == 1,
        "cbc1": get.get("gcm1") == "no",
        "cbc1 by ike2": get.get("gcm1") == "no" and get.get("ike") == "2",
        "ike1": get.get("ike") == "1",
    }
    return held.get(condition, True)


def _records(vendor: Vendor, partner: Partner, wanted: Expected, found: Found) -> Iterator[str]:
    kinds: dict[str, list[Mapping[str, str]]] = {}
    for (kind, name), parts in found.parts.items():
        kinds.setdefault(kind, []).append({**parts, "id": name})
    read = _blocks(kinds) | _permits(kinds, partner)
    for kind, alike in (("back", "out"), ("forth", "in"), ("announce", "network")):
        if read.get(kind) and read[kind] != read[alike]:
            yield f"{kind}: {sorted(read[kind])} where {sorted(read[alike])} was read before"
    for kind in ("network", "accept", "in", "out"):
        want = wanted.records[kind] if _writes(vendor, partner, kind) else frozenset()
        if read[kind] != want:
            yield f"{kind}: {sorted(read[kind])} where {sorted(want)} is wanted"
    yield from _both_tunnels(kinds, read)
    yield from _objects(kinds)
    yield from _named(kinds.get("rule", ()), read)
    yield from _routes(kinds.get("route", ()), partner)
    for each in kinds.get("end", ()):
        if each["address"] != OUTER[int(each["index"])]:
            yield f"end: {each}"


def _blocks(kinds: Kinds) -> dict[str, set[Record]]:
    return {kind: {(_cidr(each, "net"),) for each in kinds.get(kind, ())} for kind in ("network", "accept", "announce")}


def _permits(kinds: Kinds, partner: Partner) -> dict[str, set[Record]]:
    """What is let through, by its way; `back` and `forth` are answers, whose ways are turned around."""
    objects = {each["id"]: _cidr(each, "net") for each in kinds.get("object", ())}
    objects |= {f"{name}-ours": str(partner.nat_cidr) for name in (partner.partner, _short(partner))}
    services = {each["id"]: (each["proto"], each["port"]) for each in kinds.get("service", ())}
    read: dict[str, set[Record]] = {"in": set(), "out": set()}
    for kind in ("in", "out", "back", "forth", "rule"):
        for each in kinds.get(kind, ()):
            if each.get("access") == "Deny":
                assert each["priority"] == "4000", each
                assert str(partner.nat_cidr) in each.values(), each
                continue
            permit = _permit(each, objects, services)
            read.setdefault(_way(kind, each, permit, partner), set()).add(permit)
    return read


def _writes(vendor: Vendor, partner: Partner, kind: str) -> bool:
    """Whether a vendor writes such records at all: the partner's networks in a BGP filter or an address list."""
    if not any(f"{{{kind}." in file.grammar or "{rule." in file.grammar for file in vendor.files):
        return False
    if kind in ("network", "accept") and vendor.name == "azure":  # its gateway has no filter
        return False
    return kind != "network" or partner.vpn.routing == "bgp" or vendor.kind == "policy"


def _both_tunnels(kinds: Kinds, read: Mapping[str, set[Record]]) -> Iterator[str]:
    """Filters that each tunnel has for itself are the same for both."""
    for kind in ("network", "accept"):
        names = {f"{each['number']} {each['net']}" for each in kinds.get(kind, ()) if "number" in each}
        if names and names != {f"{number} {net}" for number in (1, 2) for (net,) in read[kind]}:
            yield f"{kind}: not both tunnels have {sorted(read[kind])}"


def _objects(kinds: Kinds) -> Iterator[str]:
    """Every object is used, and what is used is an object."""
    rules = [each for kind in ("in", "out", "rule") for each in kinds.get(kind, ())]
    named = {each.get(end) for each in rules for end in ("srco", "dsto")}
    for each in kinds.get("object", ()):
        if each["id"] not in named:
            yield f"no rule names {each['id']}"
    for each in kinds.get("used", ()):
        if each["a"] != each["b"] or each["a"] not in {one["id"] for one in kinds["network"]}:
            yield f"used: {each}"


def _short(partner: Partner) -> str:
    return partner.partner[:13].rstrip("-")


def _named(rules: Iterable[Mapping[str, str]], read: Mapping[str, set[Record]]) -> Iterator[str]:
    """Rules that have numbers in their names, or priorities, have them from 1 on, each once."""
    for way in ("in", "out"):
        numbers = []
        for each in rules:
            if "_aws_" in each["id"] and each["id"] != each["name"].replace("-", "_"):
                yield f"rule {each['id']} is named {each['name']}"
            name = each.get("name", each.get("index", ""))
            into = {"from": "in", "to": "out"}.get(name.split("-")[0], each.get("way", ""))
            if name.rpartition("-")[2].isdigit() and into == way:
                numbers.append(int(name.rpartition("-")[2]))
                if int(each.get("priority", 1_000 + numbers[-1])) != 1_000 + numbers[-1]:
                    yield f"rule {name} has the priority {each['priority']}"
        if numbers and sorted(numbers) != list(range(1, len(read[way]) + 1)):
            yield f"rules {way} are numbered {numbers}"


def _routes(routes: Iterable[Mapping[str, str]], partner: Partner) -> Iterator[str]:
    """FortiOS: a route into each tunnel, and one that drops."""
    held = sorted((_cidr(each, "net"), each["number"], each["metric"]) for each in routes)
    block = str(partner.nat_cidr)
    wanted = [(block, "1", "10"), (block, "2", "20"), (block, "none", "none")]
    if held and held != wanted:
        yield f"routes: {held} where {wanted} is wanted"


def _way(kind: str, each: Mapping[str, str], permit: Record, partner: Partner) -> str:
    """in or out, of a rule by what it says of itself."""
    if kind != "rule":
        return kind
    ours = str(partner.nat_cidr)
    way = "in" if permit[0] == ours else "out"
    said = each.get("way", "")
    assert not said or {"Inbound": "in", "INGRESS": "in", "in": "in"}.get(said, "out") == way, each
    zones = (each.get("from", ""), each.get("to", ""))
    if zones != ("", ""):
        inward = ("INSIDE_ZONE", "INSIDE_INTERFACE", partner.handover.interfaces.inside)
        assert (zones[1] if way == "in" else zones[0]) in inward, each
        assert (zones[0] if way == "in" else zones[1]) == _short(partner), each
    return way


def _permit(each: Mapping[str, str], objects: Mapping[str, str], services: Mapping[str, tuple[str, str]]) -> Record:
    ends = [objects[each[f"{end}o"]] if f"{end}o" in each else _cidr(each, end) for end in ("src", "dst")]
    service = each.get("service")
    if service is not None:
        proto, port = ("any", "any") if service.lower() in ("any", "all") else services[service]
    else:
        proto, port = each.get("proto", "any").lower(), each.get("port", "any")
    return (*ends, "any" if proto == "*" else proto, "any" if port == "*" else port)


def _cidr(each: Mapping[str, str], name: str) -> str:
    """A block from a record's part, with its mask or wildcard where there is one. Raises ValueError."""
    value = each[name]
    if f"{name}w" in each:
        inverted = ".".join(str(255 - int(part)) for part in each[f"{name}w"].split("."))
        return str(IPv4Network(f"{value}/{inverted}"))
    return str(IPv4Network(f"{value}/{each[f'{name}m']}" if f"{name}m" in each else value))
