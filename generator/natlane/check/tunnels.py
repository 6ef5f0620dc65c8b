"""The rules about each tunnel's options: inside CIDRs, IKE, lifetimes, cryptography, dead peers."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

from natlane.check.rule import Findings, rules_about
from natlane.check.subject import Subject, TunnelPlace
from natlane.describe.nodes import Path
from natlane.facts import aws
from natlane.prefixes import Prefixes

rule = rules_about("Tunnels")
OPTIONS = "S2S, Tunnel options"
_SOUND_GROUP = 14  # the least that RFC 8247 lets new things have
_RESERVED = Prefixes((block, "AWS") for block in aws.INSIDE_CIDRS_RESERVED)
INSIDE = "S2S, Tunnel options, Inside tunnel IPv4 CIDR"


def _at(subject: Subject, at: TunnelPlace, *options: Path) -> Path:
    """Where the first of some options is written: for this tunnel of the device, for this one of all, or for all."""
    for above in (*at.fields, ("vpn",)):
        for option in options:
            if subject.document.holds((*above, *option)):
                return (*above, *option)
    return ("vpn", *options[0])


def _inside(subject: Subject, at: TunnelPlace) -> Path:
    """Where a tunnel's inside CIDR is written, else its device."""
    written = ((*field, "inside_cidr") for field in at.fields)
    return next((field for field in written if subject.document.holds(field)), at.device.field)


@rule("inside-cidr-size", "error", INSIDE)
def inside_cidr_size(subject: Subject) -> Findings:
    """An inside CIDR is a /30."""
    for at, tunnel in subject.tunnels:
        if tunnel.inside_cidr.prefixlen != aws.INSIDE_CIDR_LENGTH:
            hint = f"write {tunnel.inside_cidr.network_address}/{aws.INSIDE_CIDR_LENGTH}"
            yield (
                _inside(subject, at),
                f"{tunnel.inside_cidr} is not a /{aws.INSIDE_CIDR_LENGTH}",
                hint,
            )


@rule("inside-cidr-space", "error", INSIDE)
def inside_cidr_space(subject: Subject) -> Findings:
    """An inside CIDR lies in 169.254.0.0/16."""
    for at, tunnel in subject.tunnels:
        if not tunnel.inside_cidr.subnet_of(aws.LINK_LOCAL):
            default = at.default_inside
            message = f"{tunnel.inside_cidr} is not in {aws.LINK_LOCAL}"
            yield _inside(subject, at), message, f"write one in it, such as {default}"


@rule("tunnel-inside-reserved", "error", INSIDE)
def tunnel_inside_reserved(subject: Subject) -> Findings:
    """An inside CIDR is none of those that AWS keeps: 169.254.0.0/30, 169.254.1.0/30 and so on to 169.254.5.0/30,
    and 169.254.169.252/30.
    """
    for at, tunnel in subject.tunnels:
        for reserved, _ in _RESERVED.overlapping(tunnel.inside_cidr):
            if tunnel.inside_cidr.subnet_of(aws.LINK_LOCAL):
                default = at.default_inside
                message = f"{tunnel.inside_cidr} overlaps {reserved}, which AWS keeps for itself"
                yield _inside(subject, at), message, f"write another, such as {default}"


@rule("inside-cidrs-equal", "error", INSIDE)
def inside_cidrs_equal(subject: Subject) -> Findings:
    """The tunnels have inside CIDRs of their own, those of two devices too: they end on one gateway of ours."""
    tunnels = [each for each in subject.tunnels if each[1].inside_cidr.prefixlen == aws.INSIDE_CIDR_LENGTH]
    taken = [tunnel.inside_cidr for _, tunnel in tunnels]
    for (one, first), (two, second) in combinations(tunnels, 2):
        if not first.inside_cidr.overlaps(second.inside_cidr):
            continue
        choices = (*aws.INSIDE_CIDRS_DEFAULT, *aws.INSIDE_CIDRS_NAMED)
        free = next(each for each in choices if not any(each.overlaps(other) for other in taken))
        if one.device == two.device:
            field = _inside(subject, two)
            field = _inside(subject, one) if field == two.device.field else field
            yield field, f"{second.inside_cidr} is both tunnels' inside CIDR", f"write {free} for one of them"
        elif one.device.gateway.name != two.device.gateway.name:  # else the rule about names reports it
            message = f"{second.inside_cidr} is inside tunnel {one.number} of the other device too"
            hint = f"write `tunnels: {{{two.number}: {{inside_cidr: {free}}}}}` for this device"
            yield _of_device(subject, two), message, hint


def _of_device(subject: Subject, at: TunnelPlace) -> Path:
    """A tunnel's inside CIDR where the device itself says it, else the device: elsewhere it is meant for both."""
    field: Path = (*at.fields[0], "inside_cidr")
    return field if subject.document.holds(field) else at.device.field


@rule("startup-needs-ikev2", "error", "S2S, Tunnel initiation options")
def startup_needs_ikev2(subject: Subject) -> Findings:
    """startup_action start needs IKEv2: AWS starts no IKEv1 tunnel."""
    for at, tunnel in subject.tunnels:
        if tunnel.startup_action == "start" and "ikev2" not in tunnel.ike_versions:
            field = _at(subject, at, ("startup_action",), ("ike_versions",))
            yield field, "AWS starts tunnels by IKEv2 only", "write `ike_versions: [ikev2]`, or `startup_action: add`"


@rule("ikev1-gcm", "error", "RFC 5282; IANA, IKE attributes: Encryption Algorithm")
def ikev1_gcm(subject: Subject) -> Findings:
    """IKEv1 needs AES128 or AES256 in phase 1: GCM is defined there for IKEv2 only, so no tunnel would come up."""
    for at, tunnel in subject.tunnels:
        encryption = tunnel.phase1.encryption
        if "ikev2" not in tunnel.ike_versions and all("GCM" in name for name in encryption):
            field = _at(subject, at, ("phase1", "encryption"), ("ike_versions",))
            message = f"ikev1 has no {' or '.join(encryption)} in phase 1"
            hint = "write `ike_versions: [ikev2]`, or `encryption: [AES256]` in phase1"
            yield field, message, hint


@rule("phase2-lifetime", "error", OPTIONS)
def phase2_lifetime(subject: Subject) -> Findings:
    """Phase 2 is shorter than phase 1."""
    for at, tunnel in subject.tunnels:
        one, two = tunnel.phase1.lifetime, tunnel.phase2.lifetime
        if two >= one:
            shorter = f"`phase2: {{lifetime: {one - 1}}}` or less, or " if tunnel.rekey.margin * 2 < one else ""
            hint = f"write {shorter}`phase1: {{lifetime: {two + 1}}}` or more"
            yield (
                _at(subject, at, ("phase2", "lifetime"), ("phase1", "lifetime")),
                f"phase 2's {two} s is not less than phase 1's {one} s",
                hint,
            )


@rule("rekey-margin", "error", OPTIONS)
def rekey_margin(subject: Subject) -> Findings:
    """The rekey margin is at most half of phase 2's lifetime."""
    for at, tunnel in subject.tunnels:
        margin, most = tunnel.rekey.margin, tunnel.phase2.lifetime // 2
        if margin > most:
            message = f"{margin} s is more than half of phase 2's {tunnel.phase2.lifetime} s"
            yield _at(subject, at, ("rekey", "margin"), ("phase2", "lifetime")), message, f"write at most {most}"


@rule("weak-ike", "warning", "RFC 9395")
def weak_ike(subject: Subject) -> Findings:
    """IKEv1 is deprecated."""
    for at, tunnel in subject.tunnels:
        if "ikev1" in tunnel.ike_versions:
            yield (
                _at(subject, at, ("ike_versions",)),
                "ikev1 is deprecated",
                "write [ikev2] if the partner's device can",
            )


@rule("weak-integrity", "warning", "NIST SP 800-131A")
def weak_integrity(subject: Subject) -> Findings:
    """SHA1 is weak."""
    for at, tunnel in subject.tunnels:
        for phase, options in (("phase1", tunnel.phase1), ("phase2", tunnel.phase2)):
            if "SHA1" in options.integrity:
                yield _at(subject, at, (phase, "integrity")), "SHA1 is weak", "write [SHA2-256] or better"


@rule("weak-dh", "warning", "RFC 8247, 2.4")
def weak_dh(subject: Subject) -> Findings:
    """Diffie-Hellman groups 2, 5, 22, 23 and 24 are weak."""
    for at, tunnel in subject.tunnels:
        for phase, options in (("phase1", tunnel.phase1), ("phase2", tunnel.phase2)):
            weak = [str(group) for group in options.dh_groups if group in aws.DH_GROUPS_WEAK]
            if weak:
                names = ", ".join(weak)
                yield (
                    _at(subject, at, (phase, "dh_groups")),
                    f"Diffie-Hellman group {names} is weak",
                    "write [14] or, better, [20]",
                )


@rule("several-algorithms", "warning", "S2S, Tunnel options, note on proposals")
def several_algorithms(subject: Subject) -> Findings:
    """Each algorithm is one: of several, AWS takes the lowest that the partner's device offers."""
    for at, tunnel in subject.tunnels:
        for phase, options in (("phase1", tunnel.phase1), ("phase2", tunnel.phase2)):
            for name in ("encryption", "integrity", "dh_groups"):
                values = getattr(options, name)
                if len(values) > 1:
                    message = f"of {', '.join(map(str, values))} AWS takes the weakest that the partner offers"
                    best = _strongest(values, name, gcm=phase == "phase2" or "ikev2" in tunnel.ike_versions)
                    yield _at(subject, at, (phase, name)), message, f"agree on one and write [{best}]"


def _strongest(values: Iterable[Any], name: str, *, gcm: bool) -> object:
    """The strongest of some algorithms; IKEv1 has no GCM. Where all groups are weak, the least that is not."""
    usable = [each for each in values if gcm or "GCM" not in str(each)]
    if name == "dh_groups" and set(usable) <= set(aws.DH_GROUPS_WEAK):
        return _SOUND_GROUP
    return min(usable or values, key=aws.STRONGEST_FIRST[name].index)


@rule("dpd-none", "warning", "S2S, Tunnel options, DPD timeout action")
def dpd_none(subject: Subject) -> Findings:
    """Dead peer detection does something: with none a dead tunnel keeps its packets."""
    for at, tunnel in subject.tunnels:
        if tunnel.dpd.action == "none":
            yield (
                _at(subject, at, ("dpd", "action")),
                "a dead tunnel would keep its packets",
                "write `action: restart` or `action: clear`",
            )
