"""Probes: packets of flows sent by the kernel, who answered, and where each was seen."""

from __future__ import annotations

import contextlib
import itertools
import selectors
import socket
import struct
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tests.lab import kernel

PATIENCE = 10.0  # seconds for what must arrive, on a machine that is busy
GRACE = 0.4  # seconds more for what must not, once all that must has arrived
ETH_P_IP = 0x0800
AGAIN = 0.5  # seconds until a ping that must be answered is sent again, as the kernel does with a first TCP packet
_PING = struct.pack("!BBHHH", 8, 0, 0, 0, 1)  # the kernel writes the identifier: what the socket is bound to
PORTS = itertools.cycle(range(20_000, 60_000))


@dataclass(frozen=True, slots=True)
class Flow:
    """A connection to try (`port` 0: a ping), from an address of a namespace."""

    space: str
    source: str
    destination: str
    port: int


class Arrival(NamedTuple):
    """A packet at a namespace: the source that it has there, and the address and port (of a ping 0) that it is for."""

    space: str
    source: str
    target: str


NOWHERE = Arrival("", "", "")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a Flow.

    `answered`: its first packet arrived and the answer came back. `at`: what took the connection says so
    itself; NOWHERE for pings and for what was not answered. `arrived`: as what the first packet entered each
    watched namespace, in no order.
    """

    answered: bool
    at: Arrival
    arrived: tuple[Arrival, ...]

    @property
    def by(self) -> str:
        """The namespace that took the connection."""
        return self.at.space

    @property
    def seen(self) -> str:
        """The source that it saw."""
        return self.at.source


def ask(
    flows: Sequence[Flow], awaited: Collection[int], watched: Iterable[str] = (), patience: float = PATIENCE
) -> list[Outcome]:
    """Try all flows at once. `awaited` are the indices of those that are expected to be answered."""
    sniffers = {_sniffer(space): space for space in watched}
    numbers = [next(PORTS) for _ in flows]
    with selectors.DefaultSelector() as selector:
        for space, indices in _by_space(flows).items():
            with kernel.inside(space):
                for index in indices:
                    selector.register(_start(flows[index], numbers[index]), selectors.EVENT_READ, index)
        answers = _gather(selector, set(awaited), patience)
        for key in list(selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
    arrived = _arrivals(sniffers)
    return [
        Outcome(index in answers, answers.get(index, NOWHERE), tuple(sorted(arrived[number])))
        for index, number in enumerate(numbers)
    ]


def _by_space(flows: Sequence[Flow]) -> dict[str, list[int]]:
    found = defaultdict(list)
    for index, flow in enumerate(flows):
        found[flow.space].append(index)
    return found


def _start(flow: Flow, number: int) -> socket.socket:
    """A first packet on its way; `number` is its source port, or the ping's identifier: no other flow's."""
    if flow.port:
        out = socket.socket()
        # Closed by a reset, so that no port waits.
        out.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    else:
        out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
    out.setblocking(False)
    out.bind((flow.source, number))
    if flow.port:
        out.connect_ex((flow.destination, flow.port))
    else:
        out.connect((flow.destination, 0))
        out.send(_PING)
    return out


def _gather(selector: selectors.BaseSelector, awaited: set[int], patience: float) -> dict[int, Arrival]:
    """Answers by flow: until all that are awaited have come, and a little longer."""
    answers: dict[int, Arrival] = {}
    now = time.monotonic()
    end, again = now + (patience if awaited else GRACE), now + AGAIN
    while selector.get_map() and (now := time.monotonic()) < end:
        if now > again:
            _ping_again(selector, awaited)
            again = now + AGAIN
        for key, _ in selector.select(min(end, again) - now):
            out, index = key.fileobj, key.data
            assert isinstance(out, socket.socket)
            try:
                line = out.recv(200)
            except OSError:  # refused, or said to be unreachable
                line = b""
            if line:
                answers[index] = named(line) if out.type == socket.SOCK_STREAM else NOWHERE
            selector.unregister(out)
            out.close()
        if awaited and awaited <= answers.keys():
            awaited, end = set(), time.monotonic() + GRACE
    return answers


def _ping_again(selector: selectors.BaseSelector, awaited: set[int]) -> None:
    for key in selector.get_map().values():
        out = key.fileobj
        assert isinstance(out, socket.socket)
        if out.type == socket.SOCK_DGRAM and key.data in awaited:
            with contextlib.suppress(OSError):  # it was said to be unreachable: that is read below
                out.send(_PING)


def named(line: bytes) -> Arrival:
    """Who answers, whom it sees, and what was called, from a server's first line."""
    space, source, target = line.decode().split()
    return Arrival(space, source, target)


def _sniffer(space: str) -> socket.socket:
    """A socket that gets a copy of every IPv4 packet that enters a namespace."""
    with kernel.inside(space):
        sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP))
    sniffer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_388_608)
    sniffer.setblocking(False)
    return sniffer


def _arrivals(sniffers: dict[socket.socket, str]) -> defaultdict[int, set[Arrival]]:
    """By flow number: as what its first packet was seen, and where."""
    found: defaultdict[int, set[Arrival]] = defaultdict(set)
    for sniffer, space in sniffers.items():
        while True:
            try:
                packet = sniffer.recv(100)
            except BlockingIOError:
                break
            if numbers := _numbers(packet):
                source, destination = socket.inet_ntoa(packet[12:16]), socket.inet_ntoa(packet[16:20])
                found[numbers[0]].add(Arrival(space, source, f"{destination}:{numbers[1]}"))
        sniffer.close()
    return found


def _numbers(packet: bytes) -> tuple[int, int] | None:
    """The number of a flow whose first packet this is, TCP with SYN alone or an echo request, and its port, or 0."""
    start = 4 * (packet[0] & 15)
    protocol, rest = packet[9], packet[start:]
    if protocol == socket.IPPROTO_TCP and rest[13] & 0x12 == 0x02:
        return int.from_bytes(rest[0:2], "big"), int.from_bytes(rest[2:4], "big")
    if protocol == socket.IPPROTO_ICMP and rest[0] == 8:
        return int.from_bytes(rest[4:6], "big"), 0
    return None
