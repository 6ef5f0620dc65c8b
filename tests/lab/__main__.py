"""`python -m tests.lab PARTNER`: a shell in that partner's network; no packet can leave it."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace

from natlane.plan.vpn import device_title

from tests.lab import bgp, cell, charon, handed, ipsec, kernel, listening, machine, matrix, pcap, side
from tests.lab.fleet import Fleet, fleet
from tests.lab.ipsec import draw_tunnels
from tests.lab.probes import Flow
from tests.lab.reading import Site
from tests.lab.side import draw_plain_tunnels
from tests.lab.world import World

# An ordinary user's tcpdump cannot become another user, which it wants to where it seems to be root.
_SHELL = f"""at() {{ local space=$1; shift; if [ $# -eq 0 ]; then nsenter --net=/run/netns/$space -- "${{SHELL:-sh}}";
else nsenter --net=/run/netns/$space -- "$@"; fi; }}
wire() {{ local space=$1 interface=$2; shift 2; if [ "$(cat /proc/self/setgroups)" = allow ];
then at "$space" tcpdump -Z root -lni "$interface" "$@";
else at "$space" {shlex.quote(sys.executable)} {shlex.quote(pcap.__file__)} "$interface" |
unshare --user --map-user=1 --map-group=1 -- tcpdump -lnr - "$@"; fi; }}
PS1='lab> '
"""


def main() -> int:
    """Outside: start this file again inside a cell. Inside: build, say what is there, and give a shell."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__)
    parser.add_argument("partner", help="a partner with a folder in out/")
    parser.add_argument("--plain", action="store_true", help="plain cables for tunnels, even where IPsec can be had")
    parser.add_argument("--root", default=".", help="the folder with landing-zone.yaml and out/")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not os.path.isdir(os.path.join(options.root, "out")):
        parser.error(f"no out/ in {os.path.abspath(options.root)}: name the root by --root")
    if options.partner not in fleet(options.root).modules:
        parser.error(f"{options.partner}: not in out/; there are {', '.join(fleet(options.root).modules)}")
    if options.inside:
        return _inside(options.root, options.partner, options.plain)
    command, reason = machine.wrap()
    if command is None:
        print(f"no lab here: {reason}", file=sys.stderr)
        return 1
    without = machine.without_ipsec()
    if without and not options.plain:
        print(f"plain cables for tunnels, for there is no IPsec here: {without}", file=sys.stderr)
    if machine.without_tools():
        print(f"not installed: {', '.join(machine.without_tools())} (docs/lab.md)", file=sys.stderr)
    os.environ["PATH"] = machine.PATH
    words = [options.partner, "--inside", "--root", options.root, *(["--plain"] if options.plain or without else [])]
    return os.execvp(command[0], [*command, sys.executable, "-m", "tests.lab", *words])


def _inside(root: str, partner: str, plain: bool) -> int:
    cell.prepare()
    everyone = fleet(root)
    vpn = everyone.sites(partner)[0].vpn
    speaks = bool(vpn and vpn.bgp) and not machine.without_bgp()
    draw = draw_plain_tunnels if plain else draw_tunnels
    built = everyone.world(partner, tunnels=draw, announced={partner: ()} if speaks else None)
    kernel.build(built.layout)
    listening.listen(matrix.ports(built))
    if vpn and not plain:
        ends = [end for index in range(len(_devices(everyone, partner))) for end in _ends(everyone, partner, index)]
        charon.start(ends, built.routers)
        charon.wait_until_up(end.space for end in ends)
    if speaks:
        _speak(everyone, built.sites[0], built, plain)
    elif vpn and vpn.bgp:
        print(f"static routes for BGP, for there is none here: {machine.without_bgp()}", file=sys.stderr)
    print(described(built, shown(everyone, built), real=bool(vpn) and not plain, speaks=speaks), flush=True)
    with open("/run/lab.rc", "w") as file:
        file.write(_SHELL)
    os.spawnvp(os.P_WAIT, "bash", ["bash", "--noprofile", "--rcfile", "/run/lab.rc", "-i"])
    return 0


def _devices(everyone: Fleet, partner: str) -> tuple[str, ...]:
    """What the hand-over calls each device of a partner; nothing, where it has one."""
    gateways = everyone.partners[partner].vpn.customer_gateways
    return tuple(map(device_title, gateways)) if len(gateways) > 1 else ("",)


def _ends(everyone: Fleet, partner: str, index: int) -> tuple[ipsec.End, ...]:
    """The four strongSwans of a device's tunnels, two of them AWS's."""
    site, keys = everyone.sites(partner)[0], {1: "shown.in.the.lab", 2: "shown.in.the.lab.too"}
    assert site.vpn is not None
    vpn, named = (site.vpn, *site.others)[index], _devices(everyone, partner)[index]
    return ipsec.ends(everyone.modules[partner], vpn, keys, everyone.root, device_named=named, index=index)


def _speak(everyone: Fleet, site: Site, built: World, plain: bool) -> None:
    """A BIRD at all ends, until our gateway has learned what the partner announces, and the partner what we do."""
    assert site.vpn is not None
    name, own, devices = site.partner, built.sides[0].cidrs, _devices(everyone, site.partner)
    beyond = [(side.plain_ends if plain else ipsec.beyond)(name, index) for index in range(len(devices))]
    given = [handed.text(everyone.root, name, "bird.conf", named) for named in devices]
    if site.others:
        bgp.start(bgp.speakers_of_two(site, built.routers, beyond, given))
    else:
        bgp.start(bgp.speakers(site, site.vpn, own, built.routers, beyond[0], given[0]))
    bgp.wait_until_learned(side.gateway(name), side.FROM_US, map(str, own))
    for number in range(1, len(devices) + 1):
        bgp.wait_until_learned(side.device(name, number), bgp.MAIN, map(str, bgp.let_in(site)))


def shown(everyone: Fleet, world: World) -> Iterator[Flow]:
    """A connection that is answered, the first that goes out, or else that comes in; and a ping, where one is."""
    answered = [each for each in matrix.promises(everyone.partners, world) if each.answered]
    first = min((each for each in answered if each.flow.port), key=lambda each: each.kind != "outbound").flow
    ping = replace(first, port=0)
    yield first
    yield from (each.flow for each in answered if each.flow == ping)


def described(world: World, flows: Iterable[Flow], *, real: bool, speaks: bool = False) -> str:
    """Every namespace with what it is and its addresses, and how to send `flows`.

    `real` where tunnels are IPsec; `speaks` where they carry BGP.
    """
    rows = [(host.space, host.address, f"VPC {host.vpc}, {host.zone}, {host.table}") for host in world.hosts]
    rows += [(side.space, " ".join(side.addresses), f"the hosts of {side.partner}") for side in world.sides]
    known = {space for space, _, _ in rows}
    rows += [(each.name, _addresses(each.lines), "") for each in world.layout.spaces if each.name not in known]
    width = max(len(space) for space, _, _ in rows)
    lines = [f"{space:<{width}}  {address:<32}  {what}".rstrip() for space, address, what in rows]
    end = f"{world.sites[0].partner}.aws1"
    tunnel = [f"at {end} swanctl --list-sas {' '.join(charon.uri(end))}    # tunnel 1, as strongSwan sees it"]
    gateway = side.gateway(world.sites[0].partner)
    routes = [f"birdc -s {charon.FOLDER}/{gateway}.bird show route    # what our gateway has learned by BGP"]
    return "\n".join(
        (
            *lines,
            "",
            *map(_sent, flows),
            f"wire {world.sides[0].space} eth0    # what the partner sees, by tcpdump",
            f"at {world.sites[0].partner}.vpc ip rule    # its tables, by where packets come from",
            *(tunnel if real else ()),
            *([_lost(world.sites[0].partner, real)] if world.sites[0].others else ()),
            *(routes if speaks else ()),
            "exit    # and nothing is left",
        )
    )


def _lost(partner: str, real: bool) -> str:
    """How the first of two devices is lost: the partner's network and, where tunnels are real, the internet."""
    ends = [f"{partner}.theirs{number} ip link set out" for number in (1, 2)]
    cables = [f"{partner}.device ip link set tunnel{number}" for number in (1, 2)]
    lost = [f"at {each} down" for each in (f"{partner}.device ip link set site", *(ends if real else cables))]
    return f"{'; '.join(lost)}    # the first device is lost; the second one takes over"


def _sent(flow: Flow) -> str:
    if not flow.port:
        return f"at {flow.space} ping -c 3 {flow.destination}"
    to = f"{flow.destination}/{flow.port}"
    return f"at {flow.space} bash -c 'head -1 </dev/tcp/{to}'    # who answers, and whom it sees"


def _addresses(lines: tuple[str, ...]) -> str:
    found = [line.split()[2].removesuffix("/32") for line in lines if line.startswith("addr add")]
    return " ".join(dict.fromkeys(found))


if __name__ == "__main__":
    sys.exit(main())
