"""Tunnels become real ones: at each end a namespace with a strongSwan of its own, and only the internet between.

One charon an end, for two tunnels to anywhere in one process hide each other; userspace ESP (kernel-libipsec),
for a kernel may lack its own. The partner's ends run what the hand-over gives to partners; AWS's ends are
written here, apart from it, so that the two meet on the wire only. Two things are the lab's own: dead peers
are noticed in seconds, and an `updown` script makes the cable towards the router follow the tunnel's state.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from generator.handover.strongswan import Outside, swanctl_conf
from generator.prove.hcl import Value
from generator.prove.module import Module
from tests.lab import kernel
from tests.lab.kernel import Sketch
from tests.lab.machine import CHARON
from tests.lab.reading import Vpn
from tests.lab.side import Ends, device, gateway

FOLDER = "/run/lab"
SECONDS_TO_ESTABLISH = 30.0
OUTER = ("198.51.100.1", "198.51.100.2")  # AWS's public addresses, known only after apply
INTO, OUT_OF = 40, 50  # an end's tables: into the tunnel, and out of it

# Its own routes come after the main table, or a tunnel to anywhere would swallow its own ESP.
_STRONGSWAN = """
charon-systemd {{
    load = random nonce aes sha1 sha2 hmac kdf gcm gmp openssl vici kernel-libipsec kernel-netlink socket-default updown
    threads = 16
    routing_table_prio = 40000
    retransmit_tries = 2
    retransmit_timeout = 0.7
    retransmit_base = 1.0
    retry_initiate_interval = 1s
    plugins {{
        vici {{ socket = unix://{socket} }}
        kernel-libipsec {{ allow_peer_ts = yes }}
    }}
    journal {{ default = -1 }}
    filelog {{ log {{
        path = {log}
        default = 1
        flush_line = yes
    }} }}
}}
"""

# The routes go when the cable goes down, so they come back with it.
_UPDOWN = """#!/bin/sh
case "$PLUTO_VERB" in
up-*)
    ip link set in up
    ip route replace default via {router} dev in onlink table {out_of}
    ip route replace default dev ipsec0 table {into}
    : > {mark}
    ;;
down-*)
    ip link set in down
    rm -f {mark}
    ;;
esac
"""


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


def start(ends: Iterable[End], routers: Mapping[str, str]) -> None:
    """A charon in each end, all configured; `routers` are the routers' own addresses."""
    os.makedirs(FOLDER, exist_ok=True)
    ends = tuple(ends)
    for end in ends:
        with open(_path(end.space, "strongswan.conf"), "w") as file:
            file.write(_STRONGSWAN.format(socket=_path(end.space, "vici"), log=_path(end.space, "log")))
        with open(_path(end.space, "updown"), "w") as file:
            marks = {"router": routers[end.router], "into": INTO, "out_of": OUT_OF, "mark": _path(end.space, "up")}
            file.write(_UPDOWN.format(**marks))
        os.chmod(_path(end.space, "updown"), 0o755)
        with kernel.inside(end.space):
            environment = os.environ | {"STRONGSWAN_CONF": _path(end.space, "strongswan.conf")}
            subprocess.Popen([CHARON], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # Who answers must be there before who asks.
    for end in sorted(ends, key=lambda end: "start_action = start" in end.conf):
        configure(end)


def configure(end: End) -> None:
    """Load an end's swanctl.conf, with the lab's own two things laid over it."""
    wait_for([_path(end.space, "vici")])
    hook = f"children {{ {end.connection} {{ updown = {_path(end.space, 'updown')} }} }}"
    with open(_path(end.space, "swanctl.conf"), "w") as file:
        file.write(f"{end.conf}\nconnections {{ {end.connection} {{ dpd_delay = 1s\n {hook} }} }}\n")
    swanctl(end.space, "--load-all", "--file", _path(end.space, "swanctl.conf"))


def swanctl(space: str, *words: str) -> str:
    """swanctl's answer from the charon of an end."""
    return kernel.run(["swanctl", words[0], *uri(space), *words[1:]])


def uri(space: str) -> tuple[str, str]:
    """The words by which swanctl finds an end's charon."""
    return "--uri", f"unix://{_path(space, 'vici')}"


def is_up(space: str) -> bool:
    """Whether an end has a tunnel now."""
    return os.path.exists(_path(space, "up"))


def wait_until_up(spaces: Iterable[str]) -> None:
    """Until all these ends have a tunnel. Raises TimeoutError with the log of one that has none."""
    wait_for([_path(space, "up") for space in spaces])


def wait_for(paths: Iterable[str]) -> None:
    """Until all these files are there."""
    end = time.monotonic() + SECONDS_TO_ESTABLISH
    for path in paths:
        while not os.path.exists(path):
            if time.monotonic() > end:
                log = f"{path.rpartition('.')[0]}.log"
                raise TimeoutError(f"{path}\n{open(log).read() if os.path.exists(log) else ''}")
            time.sleep(0.02)


def wait_for_words(space: str, words: str) -> bool:
    """Whether an end's charon says something, sooner or later."""
    end = time.monotonic() + SECONDS_TO_ESTABLISH
    while time.monotonic() < end:
        with open(_path(space, "log")) as file:
            if words in file.read():
                return True
        time.sleep(0.05)
    return False


def cut(space: str) -> None:
    """The internet at an end is gone: no packet in or out, and nobody is told."""
    rules = ("chain in { type filter hook input priority 0; policy drop;", "}") + (
        "chain out { type filter hook output priority 0; policy drop;", "}"
    )
    with kernel.inside(space):
        kernel.run(["nft", "-f", "-"], "\n".join(("table ip cut {", *rules, "}")))


def mend(space: str) -> None:
    """The internet at an end is back."""
    with kernel.inside(space):
        kernel.run(["nft", "delete", "table", "ip", "cut"])


def wait_until_down(spaces: Iterable[str]) -> None:
    """Until none of these ends has a tunnel."""
    end = time.monotonic() + SECONDS_TO_ESTABLISH
    for space in spaces:
        while is_up(space):
            if time.monotonic() > end:
                raise TimeoutError(f"{space} still has a tunnel")
            time.sleep(0.02)


def _path(space: str, what: str) -> str:
    return f"{FOLDER}/{space}.{what}"


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
    middle = {"AES128": f"-sha{bits}", "AES256": f"-sha{bits}"}.get(cipher, f"-prfsha{bits}" if phase == "phase1" else "")
    groups = {"14": "modp2048", "19": "ecp256", "20": "ecp384"}
    return f"{cipher.lower().replace('-', '')}{middle}-{groups[group]}"
