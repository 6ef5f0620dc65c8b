"""Findings about the VPN connection and its tunnels: what the partner's engineers notice first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from natlane.english import listed
from natlane.facts.changed_in_place import BOTH_TUNNELS, KEYS
from natlane.facts.tunnel_options import AGREED, FIELDS, option_of, tunnel_of
from natlane.impact.changes import Change
from natlane.impact.findings import Finding, ModuleDiff, addresses, refers
from natlane.impact.resources import Resource
from natlane.impact.rules.accounts import in_another_account
from natlane.impact.rules.customer_gateway import attached, explained
from natlane.impact.rules.devices import (
    MEANWHILE,
    another_carries,
    device_address,
    device_field,
    device_of,
    level_without,
    of_device,
)
from natlane.impact_levels import ONE_DOWN, RE_ENGAGE

NEW_CONNECTION = "new public addresses and new pre-shared keys, so the partner must be engaged again"
PROTECTED = (
    "Terraform refuses this plan: prevent_destroy protects the connection; docs/operations.md says how to "
    "replace it knowingly"
)
_WHY = {
    "customer_gateway_id": "the customer gateway is another one",
    "local_ipv4_network_cidr": "the partner's traffic selector changes",
    "remote_ipv4_network_cidr": "our traffic selector changes",
    "transit_gateway_id": "the VPN ends on another gateway",
    "vpn_gateway_id": "the VPN ends on another gateway",
}
# What its device must have at the same time.
_PARTNER = {
    "local_ipv4_network_cidr": "a policy-based device must have the same selector of its side",
    "remote_ipv4_network_cidr": "a policy-based device must have the same selector of our side",
}
_FIELDS = {
    "enable_acceleration": ("vpn.acceleration",),
    "local_ipv4_network_cidr": ("vpn.selectors.theirs", "vpn.selectors"),
    "preshared_key_storage": ("vpn.preshared_keys",),
    "remote_ipv4_network_cidr": ("vpn.selectors.ours", "vpn.selectors"),
    "static_routes_only": ("vpn.routing",),
    "tunnel_bandwidth": ("vpn.bandwidth",),
    "transit_gateway_id": ("vpn.termination", "transit_gateway"),
    "vpn_gateway_id": ("vpn.termination", "vpn.amazon_side_asn"),
}


def fields_of_argument(argument: str, device: str = "vpn.customer_gateway") -> tuple[str, ...]:
    """Where a descriptor says an argument of the connection: that device's own field of the tunnel, then that of all
    devices, then the common one."""
    tunnel = tunnel_of(argument)
    if argument == "customer_gateway_id":
        return (device,)
    if tunnel is None:
        return _FIELDS.get(argument, ())
    field = FIELDS.get(option_of(argument))
    if field is None:
        return ()
    if field == ("logs",):
        return field
    return tuple(f"{place}.{field[0]}" for place in (f"{device}.tunnels.{tunnel}", f"vpn.tunnels.{tunnel}", "vpn"))


def connection_replaced(diff: ModuleDiff) -> Iterator[Finding]:
    """The connection is replaced: nothing of what the partner configured stays valid."""
    for change in diff.of("aws_vpn_connection"):
        if change.gone and not in_another_account(diff, change) and not _device_leaves(diff, change):
            names = ["its region" if name == "provider" else name for name in change.replacing]
            why = f" by {listed(names)}" if names else ""
            verb = "is replaced" if change.action == "replace" else "is destroyed"
            beside = diff.of("aws_vpn_connection_route", "aws_customer_gateway", "aws_vpn_gateway")
            yield Finding(
                level=RE_ENGAGE,
                code="vpn-replaced",
                sentence=f"the VPN connection{of_device(diff, change.address)} {verb}{why}: {NEW_CONNECTION}"
                f"{_meanwhile(diff, change)}",
                fields=_fields(change.replacing, device_field(diff, change.address)),
                addresses=(change.address, *addresses(each for each in beside if each.gone), *attached(diff)),
                steps=(PROTECTED,) if change.new is not None and change.new.protected else (),
            )


def device_gone(diff: ModuleDiff) -> Iterator[Finding]:
    """One of the partner's devices goes with its connection, and the other one carries everything from now on."""
    for change in diff.of("aws_vpn_connection"):
        if change.action == "destroy" and not in_another_account(diff, change) and _device_leaves(diff, change):
            device = device_of(change.old, diff.old)
            gone = diff.of("aws_vpn_connection_route", "aws_customer_gateway")
            beside = [each for each in gone if each.action == "destroy" and _is_of(each, change, device)]
            yield Finding(
                level=ONE_DOWN,
                code="device-gone",
                sentence=f"the device {device_address(device)} goes with its VPN connection: traffic uses the "
                "other device, whose loss is the loss of all from then on",
                fields=("vpn.customer_gateways", "vpn.customer_gateway"),
                addresses=(change.address, *addresses(beside)),
                steps=("before the apply, have the partner send by the other device",),
            )


def _device_leaves(diff: ModuleDiff, change: Change) -> bool:
    """Whether a connection goes with its device while a connection to another device stays."""
    stays = [each for each in diff.new.by_address.values() if each.type == "aws_vpn_connection"]
    changed = {each.address for each in diff.of("aws_vpn_connection") if each.action != "update"}
    left = [each for each in stays if each.address not in changed]
    lost = device_address(device_of(change.old, diff.old))
    return bool(left) and bool(lost) and lost not in {device_address(device_of(each, diff.new)) for each in stays}


def _is_of(each: Change, connection: Change, device: Resource | None) -> bool:
    return refers(each, connection.address) or (device is not None and each.address == device.address)


def _meanwhile(diff: ModuleDiff, change: Change) -> str:
    """That the other device carries the packets, where it does."""
    return f"; {MEANWHILE}" if another_carries(diff, (change.address,)) else ""


def keys(diff: ModuleDiff) -> Iterator[Finding]:
    """The tunnels' keys come from elsewhere."""
    for change in diff.of("aws_vpn_connection"):
        if change.action == "update" and KEYS.intersection(change.arguments):
            yield Finding(
                level=RE_ENGAGE,
                code="keys",
                sentence=f"the pre-shared keys{of_device(diff, change.address)} are kept elsewhere and may be new "
                f"ones: both tunnels are down until the partner has them{_meanwhile(diff, change)}",
                fields=("vpn.preshared_keys",),
                addresses=(change.address,),
            )


def tunnels(diff: ModuleDiff) -> Iterator[Finding]:
    """The connections stay, and AWS replaces one tunnel endpoint or both, at the same addresses."""
    groups: dict[tuple[object, ...], list[Change]] = {}
    for change in diff.of("aws_vpn_connection"):
        if change.action == "update":
            yield from _both_endpoints(change, diff)
            groups.setdefault(_what(change), []).append(change)
    for changes in groups.values():
        yield from _tunnel_options(changes, diff)


def _what(change: Change) -> tuple[object, ...]:
    """The changed options with their new values, so that devices that change alike are told at once."""
    after = change.new.arguments if change.new else {}
    names = sorted(name for name in change.arguments if name not in KEYS and tunnel_of(name))
    # Each tunnel of each device has an inside address of its own.
    return tuple((name, "" if option_of(name) == "inside_cidr" else repr(after.get(name))) for name in names)


def _both_endpoints(change: Change, diff: ModuleDiff) -> Iterator[Finding]:
    """Arguments of the connection, which AWS changes by replacing both endpoints."""
    both = sorted(BOTH_TUNNELS.intersection(change.arguments) - explained(diff))
    if both:
        gateways = [each for each in diff.of("aws_customer_gateway", "aws_vpn_gateway") if each.gone]
        why = listed(dict.fromkeys(_WHY[name] for name in both))
        steps = tuple(f"agree on the moment with the partner: {_PARTNER[name]}" for name in both if name in _PARTNER)
        sentence = (
            f"both tunnels{of_device(diff, change.address)} are down while AWS replaces their endpoints: {why}"
            f"{_meanwhile(diff, change)}"
        )
        yield Finding(
            level=level_without(diff, (change.address,)),
            code="vpn-modified",
            sentence=sentence,
            fields=_fields(both, device_field(diff, change.address)),
            addresses=(change.address, *addresses(gateways), *attached(diff)),
            steps=steps,
        )


def _tunnel_options(changes: list[Change], diff: ModuleDiff) -> Iterator[Finding]:
    """Options of one tunnel or of both, of one device or alike of both, each changed by replacing that tunnel's
    endpoint."""
    change, own = changes[0], addresses(changes)
    others = [name for name in change.arguments if name not in KEYS]
    by_tunnel = {number: [name for name in others if tunnel_of(name) == number] for number in ("1", "2")}
    touched = [number for number, names in by_tunnel.items() if names]
    names = [name for some in by_tunnel.values() for name in some]
    options = listed(dict.fromkeys(map(option_of, names)))
    devices = [device_field(diff, address) for address in own]
    fields = tuple(dict.fromkeys(field for device in devices for field in _fields(names, device)))
    of = of_device(diff, change.address) if len(changes) == 1 else " of both devices"
    if len(touched) == 2:
        carried = another_carries(diff, own)
        ordered = () if carried else _in_turn(changes, by_tunnel, devices)
        yield Finding(
            level=level_without(diff, own),
            code="both-tunnels",
            sentence=f"tunnels 1 and 2{of} change {options}: AWS interrupts one after the other, and "
            + (MEANWHILE if carried else "the first may not be up again when the second goes down"),
            fields=fields,
            addresses=own,
            steps=(*_refused(change, "1"), *ordered),
        )
    elif touched:
        left = _refused(change, touched[0])
        until = "it stays down until the partner's device has the same" if left else "it is down for minutes"
        yield Finding(
            level=ONE_DOWN,
            code="one-tunnel",
            sentence=f"tunnel {touched[0]}{of} changes {options}: {until}, and traffic uses the other one",
            fields=fields,
            addresses=own,
            steps=left,
        )


def _refused(change: Change, number: str) -> tuple[str, ...]:
    """What the partner must do where a tunnel no longer takes what its device may be configured with."""
    if change.old is None or change.new is None:
        return ()
    names = [name for name in change.arguments if tunnel_of(name) == number and option_of(name) in AGREED]
    lost = [option_of(name) for name in names if not _values(change.old, name) <= _values(change.new, name)]
    if not lost:
        return ()
    return (f"agree on the moment with the partner, whose device must have the same {listed(lost)}",)


def _values(resource: Resource, name: str) -> set[str]:
    value = resource.arguments.get(name)
    return set(map(str, value)) if isinstance(value, tuple) else {str(value)}


def _alike(change: Change, by_tunnel: Mapping[str, list[str]]) -> bool:
    """Whether both tunnels get the same new values of the same options."""
    after = change.new.arguments if change.new else {}
    one, two = ({option_of(name): after.get(name) for name in names} for names in by_tunnel.values())
    return one == two


def _in_turn(changes: list[Change], by_tunnel: Mapping[str, list[str]], devices: list[str]) -> tuple[str, ...]:
    """One device or one tunnel after the other, where a descriptor can say so: the landing zone speaks of both."""
    names = dict.fromkeys(option_of(name) for some in by_tunnel.values() for name in some)
    said = [FIELDS[name][0] for name in names if name in FIELDS and FIELDS[name] != ("logs",)]
    what = listed(dict.fromkeys(said))
    if not what:
        return ()
    if len(changes) > 1:
        return (
            f"first write the new {what} below {devices[0]}.tunnels alone, for 1 and 2; generate, apply, and see that "
            f"they are up: {MEANWHILE}",
            f"then write the new {what} for the other device too; generate and apply",
        )
    place = f"{devices[0]}.tunnels" if "[" in devices[0] else "vpn.tunnels"
    if not _alike(changes[0], by_tunnel):
        return (
            f"first change tunnel 1 alone, as its options below {place} say; generate, apply, and see that it is up",
            "then change tunnel 2; generate and apply",
        )
    return (
        f"first write the new {what} below {place}.1 alone; generate, apply, and see that tunnel 1 is up",
        f"then write the new {what} for tunnel 2 too; generate and apply",
    )


def _fields(arguments: Sequence[str], device: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(field for name in arguments for field in fields_of_argument(name, device)))
