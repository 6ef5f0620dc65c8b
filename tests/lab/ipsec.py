"""Real tunnels: a namespace with a strongSwan at each end, and only the internet between them.

One charon an end, for two tunnels to anywhere in one process hide each other; userspace ESP (kernel-libipsec),
for a kernel may lack its own. The partner's ends run what the hand-over gives to partners; AWS's ends are
written here, apart from it, so that the two meet on the wire only. What the lab lays over both is in `charon`.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace

from natlane.hcl.blocks import Value
from natlane.network.module import Module

from tests.lab import handed
from tests.lab.kernel import Sketch
from tests.lab.reading import Vpn
from tests.lab.side import Ends, counted, device, gateway

INTO, OUT_OF = 40, 50  # an end's tables: into the tunnel, and out of it

# AWS asks of a customer gateway that it adjust the segment size, for its tunnels find no path MTU.
_CLAMP = (
    "table ip segments {",
    "chain forward { type filter hook forward priority 0;",
    'oifname "ipsec0" tcp flags syn / syn,rst tcp option maxseg size set 1360',
    "}",
    "}",
)


# What AWS's names stand for, the lowest first: so AWS tries what it is offered (S2S, "Tunnel options", first note).
_CIPHERS = {"AES128": "aes128", "AES256": "aes256", "AES128-GCM-16": "aes128gcm16", "AES256-GCM-16": "aes256gcm16"}
_HASHES = {"SHA1": "sha1", "SHA2-256": "sha256", "SHA2-384": "sha384", "SHA2-512": "sha512"}
GROUPS = {  # IANA, IKEv2 transform type 4
    2: "modp1024", 5: "modp1536", 14: "modp2048", 15: "modp3072", 16: "modp4096", 17: "modp6144", 18: "modp8192",
    19: "ecp256", 20: "ecp384", 21: "ecp521", 22: "modp1024s160", 23: "modp2048s224", 24: "modp2048s256",
}  # fmt: skip


# How soon AWS's end gives up who does not answer.
_AWS_DAEMON = """
charon {
    retransmit_tries = 4
    retransmit_timeout = 4.0
    retransmit_base = 1.0
}
"""


@dataclass(frozen=True, slots=True)
class End:
    """One end of one tunnel: its namespace, its configuration, and the router that its cable leads to.

    `hurried`: it notices dead peers in seconds; else in the time that its swanctl.conf says.
    """

    space: str
    connection: str
    conf: str
    daemon: str
    router: str
    hurried: bool = True


def space_of(partner: str, who: str, number: int) -> str:
    """The namespace of a tunnel's end; `who` is aws or theirs, the number as our gateway counts."""
    return f"{partner}.{who}{number}"


def draw_tunnels(sketch: Sketch, partner: str, vpn: Vpn, index: int = 0) -> tuple[Ends, Ends]:
    """Both tunnels' ends and cables of a device, in the place of plain ones."""
    for number in (1, 2):
        draw_tunnel(sketch, partner, vpn, number, index)
    return beyond(partner, index)


def draw_tunnel(sketch: Sketch, partner: str, vpn: Vpn, number: int, index: int = 0) -> None:
    """A tunnel's ends, the internet between them, and their cables to our gateway and to the partner's device.

    `index`: of the device, where the partner has two.
    """
    outer, aws, theirs = (
        handed.outer(number, index),
        space_of(partner, "aws", counted(number, index)),
        space_of(partner, "theirs", counted(number, index)),
    )
    sketch.connect((gateway(partner), f"tunnel{counted(number, index)}"), (aws, "in"))
    sketch.connect((device(partner, index + 1), f"tunnel{number}"), (theirs, "in"))
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


def beyond(partner: str, index: int = 0) -> tuple[Ends, Ends]:
    """What the cables of a device's tunnels lead to, seen from our gateway and seen from the device."""
    numbers = counted(1, index), counted(2, index)
    one, two = ((space_of(partner, who, numbers[0]), space_of(partner, who, numbers[1])) for who in ("aws", "theirs"))
    return one, two


def ends(
    module: Module, vpn: Vpn, keys: Mapping[int, str], root: str, name: str = "", device_named: str = "", index: int = 0
) -> tuple[End, ...]:
    """Both ends of these tunnels: the partner's by its hand-over folder, AWS's by what the module asks AWS for.

    `root` is where the hand-over is written from; `name` calls the ends otherwise than by their partner.
    `device_named` and `index` say which device, where the partner has two.
    """
    found = []
    partner, called = module.partner, name or module.partner
    daemon = handed.text(root, partner, "strongswan.conf", device_named)
    for number in keys:
        theirs = handed.swanctl_conf(root, partner, number, keys[number], device_named)
        connection = f"{called}-{number}"
        ours = _aws_conf(connection, module, vpn, number, keys[number], index)
        place = counted(number, index)
        found.append(End(space_of(called, "aws", place), connection, ours, _AWS_DAEMON, gateway(called)))
        theirs = theirs.replace(f"{partner}-{number}", connection)
        found.append(End(space_of(called, "theirs", place), connection, theirs, daemon, device(called, index + 1)))
    return tuple(found)


def changed(end: End, before: str, after: str) -> End:
    """An end with another text in its swanctl.conf. Raises ValueError where it is not there."""
    if before not in end.conf:
        raise ValueError(f"{before} is not in the swanctl.conf of {end.space}")
    return replace(end, conf=end.conf.replace(before, after))


def _aws_conf(name: str, module: Module, vpn: Vpn, number: int, key: str, index: int) -> str:
    """What AWS makes of the tunnel's options: it answers, or starts where startup_action says so."""
    block = next(
        each for each in module.resources("aws_vpn_connection") if vpn.name.endswith(f"/{'.'.join(each.labels)}")
    )
    option = {n.removeprefix(f"tunnel{number}_"): a.value for n, a in block.attributes.items()}
    starts = option["startup_action"] == "start"
    versions = option["ike_versions"]
    assert isinstance(versions, tuple)
    # A dead peer: `none` is not looked for, and AWS starts again only what it has started.
    action, timeout = option["dpd_timeout_action"], int(str(option["dpd_timeout_seconds"]))
    return f"""
connections {{ {name} {{
    version = {0 if len(versions) == 2 else str(versions[0]).removeprefix("ikev")}
    local_addrs = {handed.outer(number, index)}
    remote_addrs = {vpn.customer}
    proposals = {_suites(option, "phase1")}
    dpd_delay = {0 if action == "none" else timeout // 3}s
    local {{ auth = psk }}
    remote {{ auth = psk }}
    children {{ {name} {{
        local_ts = {vpn.ours}
        remote_ts = {vpn.theirs}
        esp_proposals = {_suites(option, "phase2")}
        replay_window = {option["replay_window_size"]}
        start_action = {"start" if starts else "none"}
        dpd_action = {"restart" if starts and action == "restart" else "clear"}
    }} }}
}} }}
secrets {{ ike {{ secret = "{key}" }} }}
"""


def _suites(option: Mapping[str, Value], phase: str) -> str:
    """All that AWS accepts of a phase, each combination for itself, the lowest first."""
    ciphers, hashes, groups = (
        [word for name, word in words.items() if str(name) in _texts(option[f"{phase}_{what}"])]
        for what, words in (
            ("encryption_algorithms", _CIPHERS),
            ("integrity_algorithms", _HASHES),
            ("dh_group_numbers", GROUPS),
        )
    )
    suites = (_suite(phase, *each) for each in itertools.product(ciphers, hashes, groups))
    return ", ".join(dict.fromkeys(suites))


def _suite(phase: str, cipher: str, hashed: str, group: str) -> str:
    """One combination. GCM authenticates by itself; a hash beside it makes phase 1's keys, and nothing in phase 2."""
    middle = {"phase1": f"-prf{hashed}", "phase2": ""}[phase] if "gcm" in cipher else f"-{hashed}"
    return f"{cipher}{middle}-{group}"


def _texts(value: Value) -> list[str]:
    assert isinstance(value, tuple)
    return [str(each) for each in value]
