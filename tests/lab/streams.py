"""Connections that stay open, and what they carry: whole megabytes, by which tunnel, and what was overheard."""

from __future__ import annotations

import os
import selectors
import socket
import struct
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence

from tests.lab import kernel
from tests.lab.probes import ETH_P_IP, PATIENCE, PORTS, Flow, named

_ETH_P_ALL = 0x0003
_streams: dict[str, socket.socket] = {}
_eavesdroppers: list[Eavesdropper] = []


def open_stream(name: str, flow: Flow) -> str:
    """A connection that stays open under a name; the source that the other side sees."""
    with kernel.inside(flow.space):
        stream = socket.create_connection((flow.destination, flow.port), PATIENCE, (flow.source, next(PORTS)))
    _streams[name] = stream
    line = b""
    while not line.endswith(b"\n"):
        line += stream.recv(1)
    return named(line)[1]


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


def used_again(device: str, name: str, wanted: tuple[bool, bool], seconds: float = 20.0) -> tuple[bool, bool]:
    """By which tunnels bytes come, as soon as it is by these, or when patience ends."""
    end = time.monotonic() + seconds
    while (found := used(device, name)) != wanted and time.monotonic() < end:
        time.sleep(0.1)
    return found


def received(space: str, interface: str) -> int:
    """Bytes that an interface has taken in."""
    with kernel.inside(space):
        for line in open("/proc/thread-self/net/dev"):  # noqa: SIM115  # the kernel's, read to its end
            name, _, numbers = line.partition(":")
            if name.strip() == interface:
                return int(numbers.split()[0])
    raise KeyError(interface)


class Eavesdropper:
    """What the interfaces of some namespaces carry, counted by one thread, from now until `stop`.

    Packets are told apart as `ESP` (in UDP), `IKE`, and anything else by its protocol's number.
    """

    def __init__(self, spaces: Iterable[str], interface: str) -> None:
        self.carried: dict[str, Counter[str]] = {}
        self.ended = threading.Event()
        self.selector = selectors.DefaultSelector()
        for space in spaces:
            with kernel.inside(space):
                sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ETH_P_ALL))
            sniffer.bind((interface, _ETH_P_ALL))
            sniffer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 33_554_432)
            sniffer.setblocking(False)
            self.selector.register(sniffer, selectors.EVENT_READ, self.carried.setdefault(space, Counter()))
        self.thread = threading.Thread(target=self._hear, daemon=True)
        self.thread.start()

    def _hear(self) -> None:
        """Until it is told to stop, and then whatever has come meanwhile."""
        while (ready := self.selector.select(0.05)) or not self.ended.is_set():
            for key, _ in ready:
                packet, (_, ethertype, *_) = key.fileobj.recvfrom(100)  # type: ignore[union-attr]
                if ethertype == ETH_P_IP:
                    key.data[_outside(packet)] += 1

    def stop(self) -> dict[str, Counter[str]]:
        """By namespace, what was carried."""
        self.ended.set()
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        return self.carried


def eavesdrop(spaces: Iterable[str], interface: str) -> None:
    """Listen to an interface of each of these namespaces, until `heard`."""
    _eavesdroppers.append(Eavesdropper(spaces, interface))


def heard() -> dict[str, Counter[str]]:
    """What was carried since `eavesdrop`, by namespace."""
    return _eavesdroppers.pop().stop()


def _outside(packet: bytes) -> str:
    """ESP in UDP is on port 4500 and does not begin with the four zeros of IKE there (RFC 3948)."""
    start = 4 * (packet[0] & 15)
    ports = {int.from_bytes(packet[start + at : start + at + 2], "big") for at in (0, 2)}
    if packet[9] != socket.IPPROTO_UDP or not ports <= {500, 4500}:
        return f"protocol {packet[9]}, ports {sorted(ports)}"
    return "ESP" if ports == {4500} and any(packet[start + 8 : start + 12]) else "IKE"


def steady(flows: Sequence[Flow], count: int, commands: Iterable[Sequence[str]]) -> list[int]:
    """Of so many pings of each flow, five milliseconds apart, how many are answered while commands run."""
    outs = [_pinger(flow) for flow in flows]
    running = [subprocess.Popen(each, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for each in commands]
    for sequence in range(count):
        for (out, number), flow in zip(outs, flows, strict=True):
            out.sendto(struct.pack("!BBHHH", 8, 0, 0, number, sequence), (flow.destination, 0))
        time.sleep(0.005)
    failed = [each.args for each in running if each.wait()]
    if failed:
        raise RuntimeError(f"failed: {failed}")
    return [_answers(out, count) for out, _ in outs]


def _pinger(flow: Flow) -> tuple[socket.socket, int]:
    """A socket for pings, and the identifier that is its own."""
    number = next(PORTS)
    with kernel.inside(flow.space):
        out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
    out.bind((flow.source, number))
    out.settimeout(2)
    return out, number


def _answers(out: socket.socket, count: int) -> int:
    """How many answers have come, of so many that may."""
    with out:
        for answered in range(count):
            try:
                out.recv(100)
            except TimeoutError:
                return answered
    return count
