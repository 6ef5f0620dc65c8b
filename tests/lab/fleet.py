"""What the lab reads from a root folder: landing zone, descriptors, modules and sites."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from natlane.describe.document import Document, read
from natlane.describe.landing_zone import LandingZone, parse_landing_zone
from natlane.describe.partner import Partner, parse_partner
from natlane.network.module import Module, read_back
from natlane.problems import Problem

from tests.lab.reading import Site, site
from tests.lab.side import draw_plain_tunnels
from tests.lab.world import Announced, Tunnels, World, world


@dataclass(frozen=True, slots=True)
class Fleet:
    """Everything of a root folder, by partner. Built from `modules` and `landing_zone` alone; `partners` promise."""

    root: str
    landing_zone: LandingZone
    partners: Mapping[str, Partner]
    modules: Mapping[str, Module]

    def sites(self, *names: str) -> tuple[Site, ...]:
        """The sites of some partners, or of all."""
        return tuple(site(self.modules[name]) for name in names or self.modules)

    def world(self, *names: str, tunnels: Tunnels = draw_plain_tunnels, announced: Announced | None = None) -> World:
        """The world of some partners, or of all."""
        partners = [self.partners[name] for name in names or self.modules]
        return world(self.landing_zone, partners, self.sites(*names), tunnels, announced)

    def edited(self, *modules: Module) -> Fleet:
        """The same fleet with other modules of some partners."""
        return replace(self, modules={**self.modules, **{module.partner: module for module in modules}})


@functools.cache
def fleet(root: str) -> Fleet:
    """Read a root folder. Raises ValueError with every problem found."""
    problems: list[Problem] = []
    written = _document(root, "landing-zone.yaml", problems)
    landing_zone = parse_landing_zone(written, problems) if written else None
    partners: dict[str, Partner] = {}
    modules: dict[str, Module] = {}
    for name in sorted(os.listdir(os.path.join(root, "out"))):
        document = _document(root, f"partners/{name}.yaml", problems)
        partner = parse_partner(document, problems) if document else None
        module, found = read_back(root, name)
        problems += found
        if partner and partner.status == "active":  # a decommissioned partner has no network
            partners[name], modules[name] = partner, module
    if problems or landing_zone is None:
        raise ValueError("\n".join(map(str, problems)))
    return Fleet(root, landing_zone, partners, modules)


def _document(root: str, path: str, problems: list[Problem]) -> Document | None:
    document, found = read(root, path)
    problems += found
    return document
