"""A layout built in the running kernel: namespaces, links, addresses, routes, rules, filters."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

NAMESPACES = "/run/netns"
_CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)

# Forwarding on, and nothing that would answer, redirect or refuse on a router's own account.
_SETTINGS = {
    "ip_forward": "1",
    "conf/all/rp_filter": "0",
    "conf/default/rp_filter": "0",
    "conf/all/send_redirects": "0",
    "conf/default/send_redirects": "0",
    "conf/all/ignore_routes_with_linkdown": "1",
    "conf/default/ignore_routes_with_linkdown": "1",
    "ping_group_range": "0 0",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A cable between two interfaces: (namespace, interface) at each end."""

    near: tuple[str, str]
    far: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Space:
    """A network namespace: lines for `ip -batch`, and an nft ruleset (empty: none)."""

    name: str
    lines: tuple[str, ...]
    filters: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole network, ready for the kernel."""

    spaces: tuple[Space, ...]
    links: tuple[Link, ...]


@dataclass(slots=True)
class Sketch:
    """A Layout while it is drawn."""

    lines: dict[str, list[str]] = field(default_factory=dict)
    filters: dict[str, list[str]] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    routers: dict[str, int] = field(default_factory=dict)

    def add(self, space: str, *lines: str) -> None:
        """Further `ip` commands for a namespace, which is made if it is new."""
        self.lines.setdefault(space, ["link set lo up"]).extend(lines)

    def filter(self, space: str, *lines: str) -> None:
        """Further lines of a namespace's nft ruleset."""
        self.filters.setdefault(space, []).extend(lines)

    def link(self, near: tuple[str, str], far: tuple[str, str]) -> None:
        """A cable, both ends up."""
        for space, interface in (near, far):
            if len(interface) > 15:
                raise ValueError(f"{interface}: the kernel takes 15 characters")
            self.add(space, f"link set {interface} up")
        self.links.append(Link(near, far))

    def own(self, router: str) -> str:
        """A router's own address: the same on all its interfaces, out of a block that no network here uses."""
        number = self.routers.setdefault(router, len(self.routers) + 1)
        return f"198.18.{number // 256}.{number % 256}"

    def connect(self, near: tuple[str, str], far: tuple[str, str]) -> None:
        """A cable between two routers."""
        self.link(near, far)
        for space, interface in (near, far):
            self.add(space, f"addr add {self.own(space)}/32 dev {interface}")

    def machine(self, router: tuple[str, str], space: str, addresses: Sequence[str]) -> None:
        """A namespace with one interface, eth0, these addresses, and the router as its way to anywhere."""
        self.link(router, (space, "eth0"))
        self.add(router[0], f"addr add {self.own(router[0])}/32 dev {router[1]}")
        self.add(space, *(f"addr add {address}/32 dev eth0" for address in addresses))
        self.add(space, f"route add default via {self.own(router[0])} dev eth0 onlink src {addresses[0]}")

    def layout(self) -> Layout:
        """What was drawn."""
        spaces = (Space(n, tuple(lines), "\n".join(self.filters.get(n, ()))) for n, lines in self.lines.items())
        return Layout(tuple(spaces), tuple(self.links))


def build(layout: Layout) -> None:
    """Make it so. Raises RuntimeError with the kernel's words where the kernel refuses."""
    _ip([f"netns add {space.name}" for space in layout.spaces])
    for space in layout.spaces:
        with inside(space.name):
            for name, value in _SETTINGS.items():
                with open(f"/proc/sys/net/ipv4/{name}", "w") as setting:
                    setting.write(value)
    ends = [(*link.near, *link.far) for link in layout.links]
    _ip([f"link add {near} netns {a} type veth peer name {far} netns {b}" for a, near, b, far in ends])
    for space in layout.spaces:
        with inside(space.name):
            _ip(space.lines)
            if space.filters:
                run(["nft", "-f", "-"], space.filters)


def clear() -> None:
    """Every namespace gone, and with them all links, routes and sockets' ways."""
    run(["ip", "-all", "netns", "delete"])


@contextmanager
def inside(name: str) -> Iterator[None]:
    """This thread, and what it opens or starts, inside a namespace."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(f"{NAMESPACES}/{name}", os.O_RDONLY)
    try:
        _enter(there)
        yield
    finally:
        _enter(home)
        os.close(home)
        os.close(there)


def ip(space: str, *lines: str) -> None:
    """Further `ip` commands in a namespace that is already there."""
    with inside(space):
        _ip(lines)


def run(command: Sequence[str], text: str = "") -> str:
    """A program's output. Raises RuntimeError with its complaint."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr or done.stdout}\n{text}")
    return done.stdout


def _ip(lines: Sequence[str]) -> None:
    if lines:
        run(["ip", "-batch", "-"], "\n".join(lines) + "\n")


def _enter(namespace: int) -> None:
    if _LIBC.setns(namespace, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
