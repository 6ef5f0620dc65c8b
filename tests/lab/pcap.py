"""Capture of an interface of this namespace as pcap on standard output, without a packet socket of tcpdump's own.

In a user namespace tcpdump cannot become another user, as it insists on where it runs as root.
"""

from __future__ import annotations

import select
import socket
import struct
import sys
import time

_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1)  # link type 1: Ethernet (pcap-savefile(5))
_ETH_P_ALL = 0x0003


def main() -> None:
    """Until nobody reads any more."""
    sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
    sniffer.bind((sys.argv[1], _ETH_P_ALL))
    out = sys.stdout.buffer
    out.write(_HEADER)
    out.flush()
    poll = select.poll()
    poll.register(sniffer, select.POLLIN)
    poll.register(out, 0)  # its other end may close at any time
    while all(file == sniffer.fileno() for file, _ in poll.poll()):
        packet = sniffer.recv(65_535)
        whole, part = divmod(time.time_ns() // 1_000, 1_000_000)
        try:
            out.write(struct.pack("<IIII", whole, part, len(packet), len(packet)) + packet)
            out.flush()
        except BrokenPipeError:
            return


if __name__ == "__main__":
    main()
