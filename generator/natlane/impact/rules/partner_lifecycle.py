"""Findings about a whole partner: it comes, goes or comes back, is renamed, or its state lies elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from natlane.english import counted, listed
from natlane.impact.findings import Finding, ModuleDiff
from natlane.impact.resources import Resources
from natlane.impact.rules.addresses import pinned_nat
from natlane.impact.rules.tunnels import NEW_CONNECTION
from natlane.impact.versions import Version
from natlane.impact_levels import IN_PLACE, NOTHING, RE_ENGAGE

# Findings about the whole module, beside which no other finding is needed.
WHOLE_MODULE: Final = frozenset({"new", "decommissioned", "active-again", "descriptor-gone", "pruned"})


def partner_lifecycle(old: Version | None, new: Version | None, diff: ModuleDiff) -> Iterator[Finding]:
    """A partner comes, goes, or comes back."""
    if new is None:
        yield _gone(old.name if old else diff.partner, diff.old)
    elif old is None or not (old.files or new.files):
        yield from _new(new, diff)
    elif old.partner and new.partner and old.partner.made_as != new.partner.made_as:
        yield _made_under_another_name(new.name, old.partner.made_as, new.partner.made_as)
    elif diff.old.by_address and not diff.new.by_address:
        yield _decommissioned(new.name, diff)
    elif diff.new.by_address and not diff.old.by_address:
        yield Finding(
            level=RE_ENGAGE,
            code="active-again",
            sentence=f"active again: {_size(diff)} are made, with {NEW_CONNECTION}",
            fields=("status",),
            addresses=_all(diff),
        )


def device_order(old: Version | None, new: Version | None) -> Iterator[Finding]:
    """The devices change places: nothing does in AWS, and the partner's devices must prefer the other one."""
    before, after = (_devices(each) for each in (old, new))
    if len(after) == 2 and before == after[::-1]:
        yield Finding(
            level=IN_PLACE,
            code="device-order",
            sentence=f"the device {after[0]} becomes the preferred one, instead of {after[1]}: packets take the way "
            "that the partner's devices prefer, so the partner must act",
            fields=("vpn.customer_gateways",),
            steps=(
                "have the partner change what the tunnels are preferred by: natlane handover --since writes the mail",
            ),
        )


def network_added(old: Version | None, new: Version | None) -> Iterator[Finding]:
    """A network more behind a device that must learn of it: one that announces it by BGP, or that is policy-based."""
    before, after = (each.partner if each else None for each in (old, new))
    if before is None or after is None:
        return
    more = [str(cidr) for cidr in after.partner_cidrs if cidr not in before.partner_cidrs]
    if after.vpn.routing == "bgp":
        act = "announces it by BGP"
    elif after.vpn.policy_based:
        act = f"permits {after.nat_cidr} to it"
    else:
        return
    if more:
        yield Finding(
            level=IN_PLACE,
            code="network-added",
            sentence=f"nothing reaches {listed(more)} until the partner's device {act}: the partner must act",
            fields=("partner_cidrs",),
            steps=("have the partner do it first: natlane handover --since writes the mail",),
        )


def files_only(old: Version | None, new: Version | None) -> Iterator[Finding]:
    """Files of Terraform's that differ where nothing in AWS does: what a precondition asks, a provider without use."""
    if old is None or new is None:
        return
    names = [name for name in sorted({*old.files, *new.files}) if name.endswith(".tf")]
    differing = [name for name in names if old.files.get(name) != new.files.get(name)]
    if differing:
        sentence = f"nothing in AWS changes, only what {listed(differing)} {'says' if len(differing) == 1 else 'say'}"
        yield Finding(level=NOTHING, code="files-only", sentence=sentence, fields=("accounts", "vpcs"))


def _devices(version: Version | None) -> list[str]:
    partner = version.partner if version else None
    return [str(each.ip) for each in partner.vpn.customer_gateways] if partner else []


def _size(diff: ModuleDiff) -> str:
    return counted(len(diff.changes), "resource")


def _all(diff: ModuleDiff) -> tuple[str, ...]:
    return tuple(change.address for change in diff.changes)


def _new(new: Version, diff: ModuleDiff) -> Iterator[Finding]:
    imported = sum(change.action == "import" for change in diff.changes)
    made = len(diff.changes) - imported
    adopted = (
        f"an adopted partner: {counted(imported, 'resource')} of AWS are imported and {made} made; "
        "what the import changes in place, Terraform's plan says"
    )
    yield Finding(
        level=IN_PLACE,
        code="new",
        sentence=adopted if imported else f"a new partner: {_size(diff)} are made, and nothing that is live changes",
        fields=("partner",),
        addresses=_all(diff),
    )
    if new.partner and new.partner.renamed_from:
        yield _renamed_from_nobody(new.partner.renamed_from)


def _decommissioned(name: str, diff: ModuleDiff) -> Finding:
    nat = listed(pinned_nat(diff.old.by_address.values()))
    return Finding(
        level=RE_ENGAGE,
        code="decommissioned",
        sentence=f"decommissioned: {_size(diff)} go, with them NAT addresses {nat} and the tunnels' addresses and keys",
        fields=("status",),
        addresses=_all(diff),
        steps=(f"after the apply, delete partners/{name}.yaml and run natlane prune {name}",),
    )


def _gone(name: str, old: Resources) -> Finding:
    """A descriptor that was deleted: after a decommission, or too early."""
    if not old.by_address:
        return Finding(
            level=NOTHING,
            code="pruned",
            sentence="its descriptor is gone after its decommission",
            steps=(f"natlane prune {name} removes out/{name}",),
        )
    size = counted(len(old.by_address), "resource")
    return Finding(
        level=RE_ENGAGE,
        code="descriptor-gone",
        sentence=f"its descriptor is gone while {size} may be live: no apply would destroy them",
        steps=(
            f"put it back with status: decommissioned; generate, apply, then delete it and natlane prune {name}",
            f"or, where it was renamed, write renamed_from: {name} in the descriptor that it has now",
        ),
    )


def _renamed_from_nobody(name: str) -> Finding:
    """A `renamed_from` that the base does not know: a slip, or the middle name of two renames at once."""
    return Finding(
        level=IN_PLACE,
        code="renamed-from-unknown",
        sentence=f"renamed_from: {name} is nobody in the base, so nothing of what is live is taken over",
        fields=("renamed_from",),
        steps=("name the partner as it is called in the base; or take renamed_from away",),
    )


def _made_under_another_name(partner: str, was: str, now: str) -> Finding:
    """A `renamed_from` that is not the name under which AWS's things were made."""
    step = f"write renamed_from: {was}" if was != partner else "take renamed_from away"
    return Finding(
        level=IN_PLACE,
        code="renamed-from-other",
        sentence=f"what is live was made under the name {was}, and would be replaced by things named {now}",
        fields=("renamed_from", "partner"),
        steps=(f"{step}: then AWS's own names stay, and nothing is replaced",),
    )


def state(old: Version | None, new: Version | None, diff: ModuleDiff) -> Iterator[Finding]:
    """Terraform's state lies elsewhere: without it, the next apply would make everything a second time."""
    was, now = dict(diff.old.state), dict(diff.new.state)
    if old is None or new is None or not diff.old.by_address or (was == now and old.name == new.name):
        return
    source, target = (_url(each, name) for each, name in ((was, old.name), (now, new.name)))
    if source == target:
        return
    steps = [f"before the apply: {_copy(was, now, source, target, new.name)}"]
    if old.name != new.name:
        steps.append(f"after the apply: natlane prune {old.name}")
    yield Finding(
        level=IN_PLACE,
        code="state-moves",
        sentence=f"Terraform's state moves from {source} to {target}: without it everything would be made twice",
        fields=("renamed_from", "partner", "state"),
        steps=tuple(steps),
    )


def _copy(was: dict[str, str], now: dict[str, str], source: str, target: str, name: str) -> str:
    """The command that takes a state along."""
    if was and now:
        return f"aws s3 cp {source} {target}"
    return f"terraform -chdir=out/{name} init -migrate-state" if was or now else f"mv {source} {target}"


def _url(backend: dict[str, str], name: str) -> str:
    return f"s3://{backend.get('bucket')}/{backend.get('key')}" if backend else f"out/{name}/terraform.tfstate"
