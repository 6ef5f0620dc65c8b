"""What the lab needs of this machine: a way to start a cell, or the reason why there is none."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections.abc import Sequence

_UNSHARE = ("unshare", "-n", "-m", "-p", "-f", "--kill-child", "--mount-proc")
WRAPS = (_UNSHARE, (*_UNSHARE, "--user", "--map-root-user"))  # as root; and in a user namespace of one's own
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"  # an ordinary user's leaves these out
CHARON, PLUGIN = "charon-systemd", "/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so"

# What every namespace of the lab needs of the kernel.
_PLAIN = """
set -e
mount -t tmpfs tmpfs /run; mkdir /run/netns
ip netns add one; ip netns add two
ip link add eth0 netns one type veth peer name eth0 netns two
ip -n one link set eth0 up; ip -n two link set eth0 up
ip -n one rule add pref 9 iif eth0 lookup 9
ip -n one route add blackhole default table 9
ip netns exec one nft -f - <<'NFT'
table ip trial {
chain leave { type nat hook postrouting priority 100;
meta l4proto tcp snat to jhash ip saddr . th sport mod 2 map { 0 : 192.0.2.1, 1 : 192.0.2.2 }
}
}
NFT
"""
_TUN = "ip tuntap add dev trial mode tun"


@functools.cache
def wrap() -> tuple[tuple[str, ...] | None, str]:
    """The command under which a cell runs here; or None, and why not."""
    missing = [name for name in ("unshare", "ip", "nft") if not _found(name)]
    if missing:
        return None, f"not installed: {', '.join(missing)}"
    complaints = []
    for each in WRAPS:
        complaint = tried(each)
        if not complaint:
            return each, ""
        complaints.append(complaint)
    return None, "; ".join(complaints)


@functools.cache
def without_ipsec() -> str:
    """Why no tunnel can be a real one here; empty where it can."""
    command, reason = wrap()
    if command is None:
        return reason
    missing = [name for name in (CHARON, "swanctl") if not _found(name)]
    missing += [] if os.path.exists(PLUGIN) else ["strongSwan's kernel-libipsec"]
    if missing:
        return f"not installed: {', '.join(missing)}"
    no_tun = tried(command, _TUN)
    return f"no TUN device: {no_tun}" if no_tun else ""


@functools.cache
def without_bgp() -> str:
    """Why no BGP can be spoken here; empty where it can."""
    command, reason = wrap()
    if command is None:
        return reason
    return "" if _found("bird") and _found("birdc") else "not installed: bird2"


def without_tools() -> list[str]:
    """The tools for a curious engineer's own hands that are not installed; no test needs them."""
    return [name for name in ("ping", "tcpdump") if not _found(name)]


def _found(name: str) -> bool:
    return shutil.which(name, path=PATH) is not None


def tried(command: Sequence[str], script: str = _PLAIN) -> str:
    """The last words of a script that fails inside a cell; empty where it works."""
    environment = os.environ | {"PATH": PATH}
    done = subprocess.run([*command, "sh", "-c", script], env=environment, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ""
    return (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
