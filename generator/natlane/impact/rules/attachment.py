"""Finding about a connection that comes to a transit gateway, and the attachment that AWS makes for it."""

from __future__ import annotations

from collections.abc import Iterator

from natlane.english import listed
from natlane.hcl.blocks import Expression
from natlane.impact.findings import Finding, ModuleDiff
from natlane.impact_levels import BOTH_DOWN

_ATTACHMENT_ID = "transit_gateway_attachment_id"


def attachment_not_yet_known(diff: ModuleDiff) -> Iterator[Finding]:
    """What references the attachment cannot be planned with the connection: the attachment has no id before."""
    for change in diff.of("aws_vpn_connection"):
        if change.action != "update" or "transit_gateway_id" not in change.arguments:
            continue
        wanted = Expression(f"{change.address}.{_ATTACHMENT_ID}")
        resources = diff.new.by_address.values()
        waiting = [each.address for each in resources if each.arguments.get(_ATTACHMENT_ID) == wanted]
        if waiting:
            yield Finding(
                level=BOTH_DOWN,
                code="attachment-not-yet-known",
                sentence=f"{listed(waiting, 2)} need the id of an attachment that exists "
                "only once the connection is on the transit gateway",
                fields=("vpn.termination", "transit_gateway"),
                steps=tuple(_steps(diff, change.address)),
            )


def _steps(diff: ModuleDiff, connection: str) -> Iterator[str]:
    statics = sorted(each.address for each in diff.of("aws_vpn_connection_route") if each.action == "destroy")
    if statics:
        targets = " ".join(f"-target={address}" for address in statics)
        yield (
            f"first terraform destroy {targets}: AWS moves no connection that has static routes, "
            "and what goes out is lost from here on"
        )
    yield f"{'then' if statics else 'first'} plan and apply with -target={connection}"
    yield "then plan and apply everything"
