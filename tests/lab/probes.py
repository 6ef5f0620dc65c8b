"""Flows become packets sent by the kernel, and what came of each: who answered, and where it was seen."""

from __future__ import annotations

import itertools
import selectors
import socket
import struct
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from tests.lab import kernel

PATIENCE = 10.0  # seconds for what must arrive, on a machine that is busy
GRACE = 0.4  # seconds more for what must not, once all that must has arrived
ETH_P_IP = 0x0800
PORTS = itertools.cycle(range(20_000, 60_000))


@dataclass(frozen=True, slots=True)
class Flow:
    """A connection to try (`port` 0: a ping), from an address of a namespace."""

    space: str
    source: str
    destination: str
    port: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a Flow.

    `answered`: its first packet arrived and the answer came back. `by` and `seen`: the namespace that
    took the connection and the source it saw; empty for pings and for what was not answered. `arrived`:
    each watched namespace that the first packet entered, with the source it had there, in no order.
    """

    answered: bool
    by: str
    seen: str
    arrived: tuple[tuple[str, str], ...]


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
    return [Outcome(i in answers, *answers.get(i, ("", "")), tuple(sorted(arrived[n]))) for i, n in enumerate(numbers)]


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
        out.sendto(struct.pack("!BBHHH", 8, 0, 0, number, 1), (flow.destination, 0))
    return out


def _gather(selector: selectors.BaseSelector, awaited: set[int], patience: float) -> dict[int, tuple[str, str]]:
    """Answers by flow: until all that are awaited have come, and a little longer."""
    answers: dict[int, tuple[str, str]] = {}
    end = time.monotonic() + (patience if awaited else GRACE)
    while selector.get_map() and (left := end - time.monotonic()) > 0:
        for key, _ in selector.select(left):
            out, index = key.fileobj, key.data
            assert isinstance(out, socket.socket)
            try:
                line = out.recv(200)
            except OSError:  # refused, or said to be unreachable
                line = b""
            if line:
                answers[index] = named(line) if out.type == socket.SOCK_STREAM else ("", "")
            selector.unregister(out)
            out.close()
        if awaited and awaited <= answers.keys():
            awaited, end = set(), time.monotonic() + GRACE
    return answers


def named(line: bytes) -> tuple[str, str]:
    """The namespace that answers and the source that it sees, from a server's first line."""
    space, source = line.decode().split()
    return space, source


def _sniffer(space: str) -> socket.socket:
    """A socket that gets a copy of every IPv4 packet that enters a namespace."""
    with kernel.inside(space):
        sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP))
    sniffer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_388_608)
    sniffer.setblocking(False)
    return sniffer


def _arrivals(sniffers: dict[socket.socket, str]) -> defaultdict[int, set[tuple[str, str]]]:
    """By flow number: where its first packet was seen, and with which source."""
    found: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    for sniffer, space in sniffers.items():
        while True:
            try:
                packet = sniffer.recv(100)
            except BlockingIOError:
                break
            number = _number(packet)
            if number is not None:
                found[number].add((space, socket.inet_ntoa(packet[12:16])))
        sniffer.close()
    return found


def _number(packet: bytes) -> int | None:
    """The number of a flow whose first packet this is: TCP with SYN alone, or an echo request."""
    start = 4 * (packet[0] & 15)
    protocol, rest = packet[9], packet[start:]
    if protocol == socket.IPPROTO_TCP and rest[13] & 0x12 == 0x02:
        return int.from_bytes(rest[0:2], "big")
    if protocol == socket.IPPROTO_ICMP and rest[0] == 8:
        return int.from_bytes(rest[4:6], "big")
    return None
