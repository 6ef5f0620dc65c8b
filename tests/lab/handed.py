"""The hand-over folder of a partner, as its engineers get it; the lab configures the partner's side from it alone."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import re
import tempfile
from ipaddress import IPv4Address

from natlane.cli import main
from natlane.plan.vpn import connection_suffix

from tests.lab.fleet import fleet

OUTER = ("198.51.100.1", "198.51.100.2")  # AWS's public addresses, known only after apply


def outer(number: int, index: int = 0) -> str:
    """AWS's public address of a tunnel of the device of an index."""
    return str(IPv4Address(OUTER[number - 1]) + 2 * index)


@functools.cache
def folder(root: str, partner: str) -> str:
    """The folder that `natlane handover` writes of a partner whose device runs strongSwan."""
    place = tempfile.mkdtemp(prefix="natlane-handed-")
    described = fleet(root).partners[partner]
    agreed, outputs = {"nat_cidr": str(described.nat_cidr)}, {}
    for index, gateway in enumerate(described.vpn.customer_gateways):
        suffix = connection_suffix(gateway)
        agreed[f"customer_gateway{suffix}"] = str(gateway.ip)
        for number in (1, 2):
            outputs[f"tunnel{number}_address{suffix}"] = {"value": outer(number, index)}
    path = os.path.join(place, "outputs.json")
    with open(path, "w") as file:
        json.dump({**outputs, "agreed": {"value": agreed}}, file)
    target, said = os.path.join(place, partner), io.StringIO()
    words = ["--root", root, "handover", partner, "--outputs", path, "--to", target, "--device", "strongswan"]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        ended = main(words)
    if ended:
        raise RuntimeError(f"natlane {' '.join(words)}: {said.getvalue()}")
    return target


def text(root: str, partner: str, name: str, device: str = "") -> str:
    """A file of the device's configuration, or of the device of this title where the partner has two."""
    with open(os.path.join(folder(root, partner), "device", device, name)) as file:
        return file.read()


def swanctl_conf(root: str, partner: str, number: int, key: str, device: str = "") -> str:
    """swanctl.conf with one of its two tunnels, and with that tunnel's key typed in, as the partner's engineers do."""
    conf = text(root, partner, "swanctl.conf", device)
    other = 3 - number
    for start in (f"{partner}-{other}", f"ike-{partner}-{other}"):
        conf, count = re.subn(rf"^    {start} \{{\n(?:     .*\n)*    \}}\n", "", conf, flags=re.MULTILINE)
        if count != 1:
            raise ValueError(f"{start} is not once in swanctl.conf of {partner}")
    return re.sub(rf"KEY_OF_TUNNEL_{number}\w*", key, conf)
