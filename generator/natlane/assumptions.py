"""What the proof takes as given: our network, and the names and renames of all partners, read from a root folder.

The packages that read out/ back never see a descriptor. What they must know beside out/ is built here, in the
network's own terms.
"""

from __future__ import annotations

import os

from natlane.describe.document import Document, read
from natlane.describe.landing_zone import LandingZone, parse_landing_zone
from natlane.describe.renames import folder_is_of_renamed, renamed_to
from natlane.network.our_network import OurDestinations, OurNetwork, OurVpc, StateStore
from natlane.network.tables import Origin
from natlane.problems import Problem
from natlane.verify.fleet import Fleet
from natlane.workspace.paths import LANDING_ZONE, OUT, descriptor_path, partner_names


def our_network(root: str) -> tuple[OurNetwork | None, list[Problem]]:
    """Our network by landing-zone.yaml; None with the problems where that cannot be read."""
    document, problems = read(root, LANDING_ZONE)
    landing_zone = parse_landing_zone(document, problems) if document else None
    return (network_from(landing_zone, document) if landing_zone else None), problems


def network_from(landing_zone: LandingZone, document: Document | None = None) -> OurNetwork:
    """A landing zone in the network's terms; its document gives the lines, else they are 0."""
    vpcs = {
        name: OurVpc(
            name=name,
            account=vpc.account,
            cidrs=vpc.cidrs,
            attachment=vpc.attachment,
            transit_table=vpc.transit_route_table,
            tables=vpc.route_tables,
            origin=_origin(document, "vpcs", name),
        )
        for name, vpc in landing_zone.vpcs.items()
    }
    state = landing_zone.state
    return OurNetwork(
        region=landing_zone.region,
        zones=landing_zone.zones,
        accounts={name: account.id for name, account in landing_zone.accounts.items()},
        network_account=landing_zone.network_account,
        transit_account=landing_zone.transit_account,
        transit_gateway=landing_zone.transit_gateway.id,
        vpcs=vpcs,
        partner_table=landing_zone.transit_gateway.partner_route_table or "",
        accepts_itself=landing_zone.transit_gateway.auto_accept
        and landing_zone.transit_account != landing_zone.network_account,
        origin=_origin(document, "transit_gateway"),
        destinations=OurDestinations(
            state=StateStore(state.bucket, state.region, state.key_prefix) if state else None,
            alarm_topic=landing_zone.alarms.sns_topic_arn if landing_zone.alarms else None,
            log_key=landing_zone.logs.kms_key_arn,
            roles={name: each.role_arn for name, each in landing_zone.accounts.items() if each.role_arn},
        ),
    )


def _origin(document: Document | None, *field: str) -> Origin:
    return Origin(".".join(field), LANDING_ZONE, document.place(field)[0] if document else 0)


def fleet_of(root: str) -> tuple[Fleet, list[Problem]]:
    """Every partner that has a descriptor or a folder in out/, and what is wrong with the names of descriptors.

    A renamed partner's former folder that holds the same network waits for its prune, and is left out.
    """
    described, problems = partner_names(root)
    generated = _folders(root)
    if described:
        generated = [name for name in generated if name in described or not folder_is_of_renamed(root, name)]
    names = tuple(sorted({*described, *generated}))
    renamed = {name: heir for name in names if (heir := _now(root, name))}
    return Fleet(names, renamed), problems if described or not generated else []


def _folders(root: str) -> list[str]:
    try:
        with os.scandir(os.path.join(root, OUT)) as entries:
            return [each.name for each in entries if each.is_dir() and not each.name.startswith(".")]
    except OSError:
        return []


def _now(root: str, name: str) -> str:
    """Which partner one without a descriptor is now, empty where no descriptor says so."""
    return "" if os.path.lexists(os.path.join(root, descriptor_path(name))) else renamed_to(root, name)
