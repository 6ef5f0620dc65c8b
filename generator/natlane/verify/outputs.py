"""What a module's outputs tell people and other programs, compared with what the module holds.

The other proofs ask whether a module agrees with itself. The outputs also say what was agreed with the
partner (its device, its CIDRs, who calls whom on which port), so that a change which is consistent
everywhere and wrong still contradicts something that is written in out/.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from natlane.hcl.blocks import Value
from natlane.network.model import Endpoint, Interface, LoadBalancer, NatGateway
from natlane.problems import file_problem
from natlane.verify.subject import Findings, Subject
from natlane.verify.subnet_roles import balancers

Texts = dict[str, frozenset[str]]  # for each key (empty for a value without keys) everything that is said under it


def outputs(subject: Subject) -> Findings:
    """The outputs, which say what was agreed with the partner and what it is given, say what the resources hold."""
    known = [each for each in subject.segment.outputs if each.name in _HELD]
    for output in known:
        told, held = _texts_by_key(output.value), _HELD[output.name](subject)
        for key in sorted({*told, *held}):
            differing = told.get(key, frozenset()) ^ held.get(key, frozenset())
            if differing:
                name = f"{output.name}[{key}]" if key else output.name
                message = f"{name} and the resources differ in {', '.join(sorted(differing))}"
                hint = "partners rely on these: they must not move; generate it again"
                yield subject.failed("proof-stated", output.origin, message, hint)
    if not subject.segment.outputs:
        path = subject.vpc_n.origin.path.rpartition("/")[0]
        message = "states nothing of what was agreed with the partner: outputs.tf is missing"
        yield file_problem("module-incomplete", path, message, "generate it again")
        return
    for name in sorted(_HELD.keys() - {output.name for output in known}):
        if any(_HELD[name](subject).values()):
            message = f"no output {name} says what was agreed with the partner, so that it is taken as it is"
            hint = f"keep `{name}` in outputs.tf.j2"
            yield replace(subject.failed("proof-unstated", subject.vpc_n.origin, message, hint), severity="warning")


def _texts_by_key(value: Value) -> Texts:
    entries = value if isinstance(value, dict) else {"": value}
    return {key: frozenset(map(_text, one if isinstance(one, tuple) else (one,))) for key, one in entries.items()}


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _agreed(subject: Subject) -> Texts:
    intent, vpn = subject.intent, subject.vpc_n.vpns[0]
    held: dict[str, tuple[object, ...]] = {
        "bgp": (_text(not vpn.static),),
        "nat_cidr": (intent.nat_cidr,),
        "partner_cidrs": intent.answered,
        "reach": intent.reached,
        "routed_cidrs": intent.routed,
    }
    for each in subject.vpc_n.vpns:
        suffix = each.label.removeprefix("partner")
        held[f"customer_gateway{suffix}"] = (each.customer_gateway.address,)
        held[f"customer_gateway_asn{suffix}"] = (each.customer_gateway.asn,)
    if vpn.amazon_side_asn is not None:
        held["amazon_side_asn"] = (vpn.amazon_side_asn,)
        if not vpn.static:
            held["announced"] = subject.vpc_n.cidrs
    return {key: frozenset(map(str, values)) for key, values in held.items()}


def _addresses(interfaces: tuple[Interface, ...]) -> Texts:
    return {"": frozenset(str(each.address) for each in interfaces)}


def _endpoints(subject: Subject) -> Texts:
    found: dict[str, set[str]] = {}
    for each in subject.vpc_n.owners(Endpoint):
        if isinstance(each.owner, Endpoint):
            found.setdefault(each.owner.service, set()).add(str(each.address))
    return {service: frozenset(addresses) for service, addresses in found.items()}


def _targets(interfaces: tuple[Interface, ...]) -> Texts:
    listeners = [one for each in interfaces if isinstance(each.owner, LoadBalancer) for one in each.owner.listeners]
    return {str(one.port): frozenset(f"{to.address}:{to.port}" for to in one.targets) for one in listeners}


_HELD: Mapping[str, Callable[[Subject], Texts]] = {
    "agreed": _agreed,
    "endpoint_addresses": _endpoints,
    "nat_addresses": lambda subject: _addresses(subject.vpc_n.owners(NatGateway)),
    "outbound_addresses": lambda subject: _addresses(balancers(subject.vpc_n, outbound=True)),
    "outbound_targets": lambda subject: _targets(balancers(subject.vpc_n, outbound=True)),
    "service_addresses": lambda subject: _addresses(balancers(subject.vpc_n, outbound=False)),
    "service_targets": lambda subject: _targets(balancers(subject.vpc_n, outbound=False)),
}
