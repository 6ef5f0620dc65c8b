"""Who may reach whom, for one partner, as its module in out/ was read back and walked."""

from __future__ import annotations

from typing import NamedTuple

from natlane.impact.exposure import called_at, prefixes, service_of
from natlane.impact.flow_walks import Side, TooManyError, flows_of
from natlane.impact.flows import merged
from natlane.network.our_network import OurNetwork
from natlane.verify.fleet import segment_of


class FlowRow(NamedTuple):
    """Connections that may be opened: by whom, to what, on which ports, and where they are called."""

    inward: bool
    source: str
    receiver: str
    service: str
    called_at: str


class Proven(NamedTuple):
    """The rows, or why there are none."""

    rows: tuple[FlowRow, ...]
    unknown: str


def flows_proven(root: str, partner: str, ours: OurNetwork) -> Proven:
    """What the module in out/ lets through, by walking packets; nothing is taken from the descriptor."""
    segment, problems = segment_of(root, partner, ours)
    if segment is None:
        wrong = next((each for each in problems if each.severity == "error"), None)
        return Proven((), f"{wrong.path}: {wrong.message}" if wrong else "")
    try:
        flows = flows_of(Side(segment, ours))
    except TooManyError:
        return Proven((), "the module has too many addresses and ports to walk them all")
    rows = []
    for flow in merged(flows):
        sources, receivers = prefixes(flow.sources), prefixes(flow.receivers)
        ours_is = f"our VPC {flow.vpc} ({sources if not flow.inward else receivers})"
        source = f"the partner ({sources})" if flow.inward else ours_is
        receiver = f"AWS service {flow.named}" if flow.named else ours_is if flow.inward else receivers
        rows.append(FlowRow(flow.inward, source, receiver, service_of(flow), ", ".join(called_at(flow, flows))))
    return Proven(tuple(rows), "")
