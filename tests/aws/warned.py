"""Findings of impact/rules/in_use.py and others put to the test: AWS refuses each apply that one warns of, and takes
the change that it proposes instead."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from tests.aws.applied import Stage, Took, files_of, moved
from tests.impact.cases import Case
from tests.impact.roots import Edit, partner, two_roots

ORDER: Final = frozenset(
    {"in-use", "attachment-not-yet-known", "address-kept", "address-passes", "taken", "relabelled"}
)
_SUBNET, _BLOCK = "DeleteSubnet: DependencyViolation", "DisassociateVpcCidrBlock: InvalidCidr.InUse"
_KEPT: Final = "no refusal: the next plan says it again"
_PORT, _ADDRESS = "Listener: DuplicateListener", "InvalidIPAddress.InUse"
# Each case of which impact warns, and how AWS refuses a plain apply; "" where the provider itself has no id to send.
WARNED: Final = {
    "BGP with another gateway of ours": "",
    "to the transit gateway": "",
    "fewer zones": _SUBNET,
    "fewer zones, with an endpoint": _SUBNET,
    "a zone more": _SUBNET,
    "another zone": _SUBNET,
    "another natted_cidr": _SUBNET,
    "a larger natted_cidr": _BLOCK,
    "a service with another name": _PORT,
    "a service with another name and other targets": _PORT,
    "a service takes the port of one that goes": _PORT,
    "two services exchange their ports": _PORT,
    "two services exchange their names": _PORT,
    "an endpoint before another": _ADDRESS,
    "two endpoints exchange their addresses": _ADDRESS,
    "another outbound cidr": _SUBNET,
    "an endpoint less, and one network for another": _KEPT,
    "an endpoint leads to another region": _ADDRESS,
    "another label in a template": "AssociateRouteTable: Resource.AlreadyAssociated",
}
# Of these impact says that AWS may refuse: whether it does depends on what Terraform happens to do first. So the fake
# lets everything that goes take a while, and the same apply once or twice more succeeds.
MAY: Final = frozenset(
    {
        "a service with another name",
        "a service with another name and other targets",
        "a service takes the port of one that goes",
        "two services exchange their ports",
        "two services exchange their names",
        "two endpoints exchange their addresses",
        "an endpoint leads to another region",
        "another label in a template",
    }
)
# Of these it says that no number of applies does, and what to move out of the way first.
EXCHANGED: Final[dict[str, Edit]] = {
    "two services exchange their ports": partner("umbrella", "name: prices, port: 9000", "name: prices, port: 9999"),
    "two services exchange their names": partner("umbrella", "name: prices, port: 9000", "name: prices, port: 9999"),
    "two endpoints exchange their addresses": partner("initech", "execute-api, offset: 14", "execute-api, offset: 7"),
}
_GOES: Final = ("Delete*", "Revoke*", "Disassociate*")


def refused_as_warned(stage: Stage, case: Case, new: Path, folder: Path) -> list[Took]:
    """A plain apply ends in the refusal that impact warns of; then, what may be refused is applied again."""
    with moved(stage, new, case.named, folder / "module") as twin:
        if case.name in MAY:
            for pattern in _GOES:
                twin.aws.faults.delay(pattern, 4.0)
        ended = twin.apply()
        if WARNED[case.name] == _KEPT:
            ended.ok()
            twin.run("plan", "-detailed-exitcode").ok(2)
            return twin.took
        assert ended.code == 1, "the apply of which impact warns succeeds"
        if WARNED[case.name]:
            assert any(WARNED[case.name] in each for each in twin.refused()), twin.refused()
        took = list(twin.took)
        if case.name in EXCHANGED:
            assert twin.apply().code == 1, "an exchange succeeds in two applies"
        elif case.name in MAY:
            twin.aws.faults.clear()
            if twin.apply().code:  # an address may pass from one to the next, and from that one on
                twin.apply().ok()
            twin.unchanged()
    if case.name in EXCHANGED:
        took += _out_of_the_way(stage, case, new, folder)
    return took


def _out_of_the_way(stage: Stage, case: Case, new: Path, folder: Path) -> list[Took]:
    """An exchange by way of a place that is free; the second half may need a second apply."""
    old, _ = two_roots(folder / "roots", (case.partner,), case.before, case.edits)
    between = folder / "between"
    shutil.copytree(old, between)
    EXCHANGED[case.name].apply(between)
    with moved(stage, between, case.named, folder / "exchanged") as twin:
        twin.applied()
        twin.place(files_of(new, case.named))
        if twin.apply().code:
            twin.apply().ok()
        twin.unchanged()
    return twin.took
