"""Flows become packets sent by the kernel, and what came of each: who answered, and where it was seen."""

from __future__ import annotations

import itertools
import os
import selectors
import socket
import struct
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from tests.lab import kernel

PATIENCE = 10.0  # seconds for what must arrive, on a machine that is busy
GRACE = 0.4  # seconds more for what must not, once all that must has arrived
_ETH_P_IP, _ETH_P_ALL = 0x0800, 0x0003
_ports = itertools.cycle(range(20_000, 60_000))
_streams: dict[str, socket.socket] = {}


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


def ask(flows: Sequence[Flow], awaited: Collection[int], watched: Iterable[str] = ()) -> list[Outcome]:
    """Try all flows at once. `awaited` are the indices of those that are expected to be answered."""
    sniffers = {_sniffer(space): space for space in watched}
    numbers = [next(_ports) for _ in flows]
    with selectors.DefaultSelector() as selector:
        for space, indices in _by_space(flows).items():
            with kernel.inside(space):
                for index in indices:
                    selector.register(_start(flows[index], numbers[index]), selectors.EVENT_READ, index)
        answers = _gather(selector, set(awaited))
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


def _gather(selector: selectors.BaseSelector, awaited: set[int]) -> dict[int, tuple[str, str]]:
    """Answers by flow: until all that are awaited have come, and a little longer."""
    answers: dict[int, tuple[str, str]] = {}
    end = time.monotonic() + (PATIENCE if awaited else GRACE)
    while selector.get_map() and (left := end - time.monotonic()) > 0:
        for key, _ in selector.select(left):
            out, index = key.fileobj, key.data
            assert isinstance(out, socket.socket)
            try:
                line = out.recv(200)
            except OSError:  # refused, or said to be unreachable
                line = b""
            if line:
                answers[index] = _named(line) if out.type == socket.SOCK_STREAM else ("", "")
            selector.unregister(out)
            out.close()
        if awaited and awaited <= answers.keys():
            awaited, end = set(), time.monotonic() + GRACE
    return answers


def _named(line: bytes) -> tuple[str, str]:
    space, source = line.decode().split()
    return space, source


def _sniffer(space: str) -> socket.socket:
    """A socket that gets a copy of every IPv4 packet that enters a namespace."""
    with kernel.inside(space):
        sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ETH_P_IP))
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


def open_stream(name: str, flow: Flow) -> str:
    """A connection that stays open under a name; the source that the other side sees."""
    with kernel.inside(flow.space):
        stream = socket.create_connection((flow.destination, flow.port), PATIENCE, (flow.source, next(_ports)))
    _streams[name] = stream
    line = b""
    while not line.endswith(b"\n"):
        line += stream.recv(1)
    return _named(line)[1]


def exchange(name: str, size: int, seconds: float = PATIENCE) -> bool:
    """Send random bytes over an open stream and take them back: whether they came back whole, in time."""
    stream, sent = _streams[name], os.urandom(size)
    left, back = memoryview(sent), bytearray()
    stream.setblocking(False)
    end = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ | selectors.EVENT_WRITE)
        while len(back) < size and time.monotonic() < end:
            selector.modify(stream, selectors.EVENT_READ | (selectors.EVENT_WRITE if left else 0))
            for _, events in selector.select(0.1):
                if events & selectors.EVENT_WRITE:
                    left = left[stream.send(left[:65_536]) :]
                if events & selectors.EVENT_READ:
                    back += stream.recv(65_536)
    return bytes(back) == sent


def close_streams() -> None:
    """End every open stream."""
    while _streams:
        _streams.popitem()[1].close()


def used(device: str, name: str, size: int = 1_000_000) -> tuple[bool, bool]:
    """Whether bytes over an open stream, and back, came to a partner's device by tunnel 1, and by tunnel 2."""
    before = [received(device, tunnel) for tunnel in ("tunnel1", "tunnel2")]
    if not exchange(name, size, 3 * PATIENCE):
        raise RuntimeError(f"the stream {name} is broken")
    after = [received(device, tunnel) for tunnel in ("tunnel1", "tunnel2")]
    first, second = (now - then > size for now, then in zip(after, before, strict=True))
    return first, second


def received(space: str, interface: str) -> int:
    """Bytes that an interface has taken in."""
    with kernel.inside(space):
        for line in open("/proc/thread-self/net/dev"):  # noqa: SIM115  # the kernel's, read to its end
            name, _, numbers = line.partition(":")
            if name.strip() == interface:
                return int(numbers.split()[0])
    raise KeyError(interface)


def overheard(space: str, interface: str, name: str, size: int) -> tuple[bool, Counter[str]]:
    """Exchange bytes over an open stream: whether they came back, and what an interface carried meanwhile.

    Packets are told apart as `ESP` (in UDP), `IKE`, and anything else by its protocol's number.
    """
    with kernel.inside(space):
        sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ETH_P_ALL))
    sniffer.bind((interface, _ETH_P_ALL))
    sniffer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 33_554_432)
    sniffer.setblocking(False)
    whole = exchange(name, size)
    carried: Counter[str] = Counter()
    while True:
        try:
            packet, (_, ethertype, *_) = sniffer.recvfrom(100)
        except BlockingIOError:
            sniffer.close()
            return whole, carried
        if ethertype == _ETH_P_IP:
            carried[_outside(packet)] += 1


def _outside(packet: bytes) -> str:
    """ESP in UDP is on port 4500 and does not begin with the four zeros of IKE there (RFC 3948)."""
    start = 4 * (packet[0] & 15)
    ports = {int.from_bytes(packet[start + at : start + at + 2], "big") for at in (0, 2)}
    if packet[9] != socket.IPPROTO_UDP or not ports <= {500, 4500}:
        return f"protocol {packet[9]}, ports {sorted(ports)}"
    return "ESP" if ports == {4500} and any(packet[start + 8 : start + 12]) else "IKE"


def steady(flow: Flow, count: int, command: Sequence[str]) -> int:
    """How many of so many pings, five milliseconds apart, are answered while a command runs."""
    number = next(_ports)
    with kernel.inside(flow.space):
        out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
    out.bind((flow.source, number))
    out.settimeout(2)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        for sequence in range(count):
            out.sendto(struct.pack("!BBHHH", 8, 0, 0, number, sequence), (flow.destination, 0))
            time.sleep(0.005)
        answered = 0
        while answered < count:
            try:
                out.recv(100)
            except TimeoutError:
                break
            answered += 1
    out.close()
    if running.returncode:
        raise RuntimeError(f"{command}: exit {running.returncode}")
    return answered
