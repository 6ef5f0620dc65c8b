"""Tunnels become real ones: at each end a namespace with a strongSwan of its own, and only the internet between.

One charon an end, for two tunnels to anywhere in one process hide each other; userspace ESP (kernel-libipsec),
for a kernel may lack its own. The partner's ends run what the hand-over gives to partners; AWS's ends are
written here, apart from it, so that the two meet on the wire only. Two things are the lab's own: dead peers
are noticed in seconds, and an `updown` script makes the cable towards the router follow the tunnel's state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from generator.handover.strongswan import Outside, swanctl_conf
from generator.prove.hcl import Value
from generator.prove.module import Module
from tests.lab.kernel import Sketch
from tests.lab.reading import Vpn
from tests.lab.side import Ends, device, gateway

OUTER = ("198.51.100.1", "198.51.100.2")  # AWS's public addresses, known only after apply
INTO, OUT_OF = 40, 50  # an end's tables: into the tunnel, and out of it

# AWS asks of a customer gateway that it adjust the segment size, for its tunnels find no path MTU.
_CLAMP = (
    "table ip segments {",
    "chain forward { type filter hook forward priority 0;",
    'oifname "ipsec0" tcp flags syn / syn,rst tcp option maxseg size set 1360',
    "}",
    "}",
)


@dataclass(frozen=True, slots=True)
class End:
    """One end of one tunnel: its namespace, its swanctl.conf, and the router that its cable leads to."""

    space: str
    connection: str
    conf: str
    router: str


def space_of(partner: str, who: str, number: int) -> str:
    """The namespace of a tunnel's end; `who` is aws or theirs."""
    return f"{partner}.{who}{number}"


def draw_tunnels(sketch: Sketch, partner: str, vpn: Vpn) -> tuple[Ends, Ends]:
    """Both tunnels' ends and cables, in the place of plain ones."""
    for number, outer in enumerate(OUTER, 1):
        aws, theirs = space_of(partner, "aws", number), space_of(partner, "theirs", number)
        sketch.connect((gateway(partner), f"tunnel{number}"), (aws, "in"))
        sketch.connect((device(partner), f"tunnel{number}"), (theirs, "in"))
        sketch.link((aws, "out"), (theirs, "out"))
        for space, here, there, selector in (
            (aws, outer, vpn.customer, vpn.ours),
            (theirs, vpn.customer, outer, vpn.theirs),
        ):
            sketch.add(
                space,
                f"addr add {here}/32 dev out",
                # kernel-libipsec takes a policy only where it has an address of its selector; nobody uses the first.
                *([f"addr add {selector[0]}/32 dev out"] if selector.prefixlen else []),
                f"route add {there}/32 dev out src {here}",
                f"rule add pref {INTO} iif in lookup {INTO}",
                f"rule add pref {OUT_OF} iif ipsec0 lookup {OUT_OF}",
                *(f"route add blackhole default table {table} metric 4000000" for table in (INTO, OUT_OF)),
                "link set in down",
            )
            sketch.filter(space, *_CLAMP)
    aws1, aws2, theirs1, theirs2 = (space_of(partner, who, number) for who in ("aws", "theirs") for number in (1, 2))
    return (aws1, aws2), (theirs1, theirs2)


def ends(module: Module, vpn: Vpn, keys: Mapping[int, str]) -> tuple[End, ...]:
    """Both ends of both tunnels: the partner's by the hand-over, AWS's by what the module asks AWS for."""
    found = []
    for number, outer in enumerate(OUTER, 1):
        name = f"{module.partner}-{number}"
        theirs = swanctl_conf(module, {number: Outside(outer, keys[number])})
        for who, conf in (("aws", _aws_conf(name, module, vpn, number, keys[number])), ("theirs", theirs)):
            router = gateway(module.partner) if who == "aws" else device(module.partner)
            found.append(End(space_of(module.partner, who, number), name, conf, router))
    return tuple(found)


def changed(end: End, before: str, after: str) -> End:
    """An end with another text in its swanctl.conf. Raises ValueError where it is not there."""
    if before not in end.conf:
        raise ValueError(f"{before} is not in the swanctl.conf of {end.space}")
    return replace(end, conf=end.conf.replace(before, after))


def _aws_conf(name: str, module: Module, vpn: Vpn, number: int, key: str) -> str:
    """What AWS makes of the tunnel's options: it answers, or starts where startup_action says so."""
    block = next(iter(module.resources("aws_vpn_connection")))
    option = {n.removeprefix(f"tunnel{number}_"): a.value for n, a in block.attributes.items()}
    child = f"local_ts = {vpn.ours}\nremote_ts = {vpn.theirs}\nesp_proposals = {_suite(option, 'phase2')}"
    start_action = "start" if option["startup_action"] == "start" else "none"
    version = 2 if option["ike_versions"] == ("ikev2",) else 0
    return f"""
connections {{ {name} {{
    version = {version}
    local_addrs = {OUTER[number - 1]}
    remote_addrs = {vpn.customer}
    proposals = {_suite(option, "phase1")}
    local {{ auth = psk }}
    remote {{ auth = psk }}
    children {{ {name} {{
        {child}
        start_action = {start_action}
        dpd_action = clear
    }} }}
}} }}
secrets {{ ike {{ secret = "{key}" }} }}
"""


def _suite(option: Mapping[str, Value], phase: str) -> str:
    """An AWS phase's algorithms, each one alone: what natlane pins."""
    cipher, hashed, group = (
        str(values[0])
        for what in ("encryption_algorithms", "integrity_algorithms", "dh_group_numbers")
        if isinstance(values := option[f"{phase}_{what}"], tuple) and len(values) == 1
    )
    bits = hashed.removeprefix("SHA2-").replace("SHA1", "1")
    alone = f"-prfsha{bits}" if phase == "phase1" else ""  # GCM authenticates by itself
    middle = alone if "GCM" in cipher else f"-sha{bits}"
    groups = {"14": "modp2048", "19": "ecp256", "20": "ecp384"}
    return f"{cipher.lower().replace('-', '')}{middle}-{groups[group]}"
