"""Ends of tunnels become strongSwan processes: started, asked, waited for, cut off."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterable, Mapping

from tests.lab import kernel
from tests.lab.ipsec import INTO, OUT_OF, End
from tests.lab.machine import CHARON

FOLDER = "/run/lab"
SECONDS_TO_ESTABLISH = 30.0

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
    """Until all these ends have a tunnel. Raises TimeoutError with the last words of one that has none."""
    for space in spaces:
        try:
            wait_for([_path(space, "up")])
        except TimeoutError:
            with open(_path(space, "log")) as file:
                raise TimeoutError(f"{space} has no tunnel:\n{file.read()[-3_000:]}") from None


def wait_for(paths: Iterable[str]) -> None:
    """Until all these files are there."""
    end = time.monotonic() + SECONDS_TO_ESTABLISH
    for path in paths:
        while not os.path.exists(path):
            if time.monotonic() > end:
                raise TimeoutError(f"{path} did not come: its strongSwan's log is beside it")
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
    rules = [f"chain {hook} {{ type filter hook {hook} priority 0; policy drop;\n}}" for hook in ("input", "output")]
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
