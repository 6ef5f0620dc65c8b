"""The strongSwan processes at the ends of tunnels: started, asked, waited for, cut off.

What the hand-over says is loaded as it is; what the lab lays over it is `_OVER_STRONGSWAN`, `_HURRY` and `_HOOK`.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterable, Mapping

from tests.lab import kernel
from tests.lab.ipsec import INTO, OUT_OF, End
from tests.lab.machine import CHARON

FOLDER = "/run/lab"
SECONDS_TO_ESTABLISH = 30.0

# Files, sockets and plugins of its own, for it shares the machine; userspace ESP, hence no XFRM interfaces, and
# its own routes come after the main table, or a tunnel to anywhere would swallow its own ESP.
_OVER_STRONGSWAN = """
charon-systemd {{
    load = random nonce aes sha1 sha2 hmac kdf gcm gmp openssl vici kernel-libipsec kernel-netlink socket-default updown
    threads = 16
    routing_table_prio = 40000
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
# Dead peers are noticed in three seconds where the hand-over takes what the descriptor says, thirty at least:
# the same tries, at shorter distances. An end that is not hurried is without.
_HURRY = ("charon-systemd { retransmit_timeout = 0.42 }", "dpd_delay = 1s")
# The cable towards the router follows the tunnel's state.
_HOOK = "connections {{ {name} {{ {hurry}\n children {{ {name} {{ updown = {updown} }} }} }} }}"
# swanctl needs none of its plugins here, and tells of each that is not installed.
_QUIET = "swanctl { load = random }\n"

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
    date +%s.%N > {down}
    ;;
esac
"""


def start(ends: Iterable[End], routers: Mapping[str, str]) -> None:
    """A charon in each end, all configured; `routers` are the routers' own addresses."""
    os.makedirs(FOLDER, exist_ok=True)
    ends = tuple(ends)
    with open(f"{FOLDER}/quiet.conf", "w") as file:
        file.write(_QUIET)
    os.environ["STRONGSWAN_CONF"] = file.name
    for end in ends:
        with open(_path(end.space, "strongswan.conf"), "w") as file:
            over = _OVER_STRONGSWAN.format(socket=_path(end.space, "vici"), log=_path(end.space, "log"))
            file.write(f"{end.daemon}{over}{_HURRY[0] if end.hurried else ''}\n")
        with open(_path(end.space, "updown"), "w") as file:
            marks = {"mark": _path(end.space, "up"), "down": _path(end.space, "down")}
            file.write(_UPDOWN.format(router=routers[end.router], into=INTO, out_of=OUT_OF, **marks))
        os.chmod(_path(end.space, "updown"), 0o755)
        with kernel.inside(end.space):
            environment = os.environ | {"STRONGSWAN_CONF": _path(end.space, "strongswan.conf")}
            subprocess.Popen([CHARON], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # Who answers must be there before who asks.
    for end in sorted(ends, key=lambda end: "start_action = start" in end.conf):
        configure(end)


def configure(end: End) -> None:
    """Load an end's swanctl.conf, with what is the lab's own laid over it."""
    wait_for([_path(end.space, "vici")])
    hurry = _HURRY[1] if end.hurried else ""
    with open(_path(end.space, "swanctl.conf"), "w") as file:
        hook = _HOOK.format(name=end.connection, hurry=hurry, updown=_path(end.space, "updown"))
        file.write(f"{end.conf}\n{hook}\n")
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
    """Whether an end's charon says something, sooner or later; `words` are a pattern."""
    end = time.monotonic() + SECONDS_TO_ESTABLISH
    while time.monotonic() < end:
        with open(_path(space, "log")) as file:
            if re.search(words, file.read()):
                return True
        time.sleep(0.05)
    return False


def went_down(space: str) -> float:
    """When an end has lost a tunnel, in seconds since 1970: the last time. Raises OSError where it never has."""
    while True:
        with open(_path(space, "down")) as file:
            said = file.read()
        if said.endswith("\n"):  # the file is there before its line is
            return float(said)
        time.sleep(0.02)


def listed(space: str, words: str) -> str:
    """The security associations of an end, as soon as a pattern is in them, or when patience ends."""
    end = time.monotonic() + SECONDS_TO_ESTABLISH
    while not re.search(words, found := swanctl(space, "--list-sas"), re.MULTILINE) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def cut(space: str) -> None:
    """The internet at an end is gone: no packet in or out, and nobody is told."""
    rules = [f"chain {hook} {{ type filter hook {hook} priority 0; policy drop;\n}}" for hook in ("input", "output")]
    with kernel.inside(space):
        kernel.run(["nft", "-f", "-"], "\n".join(("table ip cut {", *rules, "}")))


def mend(space: str) -> None:
    """The internet at an end is back."""
    with kernel.inside(space):
        kernel.run(["nft", "delete", "table", "ip", "cut"])


def wait_until_down(spaces: Iterable[str], seconds: float = SECONDS_TO_ESTABLISH) -> None:
    """Until none of these ends has a tunnel."""
    end = time.monotonic() + seconds
    for space in spaces:
        while is_up(space):
            if time.monotonic() > end:
                raise TimeoutError(f"{space} still has a tunnel")
            time.sleep(0.02)


def _path(space: str, what: str) -> str:
    return f"{FOLDER}/{space}.{what}"
