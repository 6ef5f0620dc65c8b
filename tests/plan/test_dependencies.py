"""What a partner's files depend on: its descriptor, and of the landing zone what docs/descriptor.md names."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from natlane.check import check_landing_zone, check_partner
from natlane.describe.document import read_text
from natlane.describe.field_types import Named, Record, Shape
from natlane.describe.landing_zone import LANDING_ZONE, LandingZone, parse_landing_zone
from natlane.describe.partner import Partner, parse_partner
from natlane.fleet import open_fleet
from natlane.plan.plan import plan_for
from natlane.plan.routes import joined_vpcs
from natlane.problems import has_error
from natlane.render.templates import Templates, render
from natlane.workspace.paths import Workspace

from tests.conftest import ROOT
from tests.descriptors import Descriptor, as_yaml, descriptors, validated

TEMPLATES = Templates(Workspace(str(ROOT)))
OURS: dict[str, Any] = yaml.safe_load((ROOT / "landing-zone.yaml").read_text())
Change = Callable[[dict[str, Any]], None]
Follows = Callable[[Partner], bool]


def _all(partner: Partner) -> bool:
    return True


def _none(partner: Partner) -> bool:
    return False


def _more_zones(partner: Partner) -> bool:
    """`zones` is not written, and nat_cidr holds more /28s than the landing zone had zones."""
    return partner.zones is None and partner.nat_cidr.prefixlen <= 26


def _shares_table_or_announces(partner: Partner) -> bool:
    return partner.vpn.termination == "virtual_private_gateway" or _announces(partner)


def _joins(vpc: str) -> Follows:
    return lambda partner: vpc in joined_vpcs(partner)


def _announces(partner: Partner) -> bool:
    """The plan refuses a transit gateway that propagates into a table of any VPC of ours, so it names them all."""
    return partner.vpn.termination == "transit_gateway" and partner.vpn.routing == "bgp"


def _joins_or_announces(vpc: str) -> Follows:
    return lambda partner: vpc in joined_vpcs(partner) or _announces(partner)


def _joins_by_own_table(vpc: str) -> Follows:
    return lambda partner: vpc in joined_vpcs(partner) and partner.vpn.termination == "transit_gateway"


def _set(*path: str, to: Any) -> Change:
    def change(ours: dict[str, Any]) -> None:
        at = ours
        for part in path[:-1]:
            at = at.setdefault(part, {})
        at[path[-1]] = to

    return change


NEW_VPC = {
    "account": "staging",
    "cidrs": ["100.64.0.0/16"],  # pods, at the natted subnets' default block
    "attachment": "tgw-attach-0dddddddddddddddd",
    "transit_route_table": "tgw-rtb-0dddddddddddddddd",
    "route_tables": ["rtb-0ffffffffffffffff"],
}
ROLE = "arn:aws:iam::222222222222:role/another"
KEY = "arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
# Field of the landing zone, its change, and which partners' files may follow it.
CHANGES: tuple[tuple[str, Change, Follows], ...] = (
    ("zones", _set("zones", to=["eu-west-1a", "eu-west-1b", "eu-west-1c", "eu-west-1d"]), _more_zones),
    ("zones", _set("zones", to=["eu-west-1b", "eu-west-1a", "eu-west-1c"]), _all),
    ("network_account", _set("network_account", to="staging"), _all),
    ("accounts.NAME.id", _set("accounts", "production", to={"id": "444444444444"}), _all),
    ("accounts.NAME.role_arn", _set("accounts", "production", "role_arn", to=ROLE), _all),
    ("accounts", _set("accounts", "new", to={"id": "555555555555"}), _all),
    ("transit_gateway.id", _set("transit_gateway", "id", to="tgw-0f1e2d3c4b5a69788"), _all),
    ("transit_gateway.account", _set("transit_gateway", "account", to="production"), _all),
    (
        "transit_gateway.partner_route_table",
        _set("transit_gateway", "partner_route_table", to="tgw-rtb-0eeeeeeeeeeeeeeee"),
        _shares_table_or_announces,
    ),
    ("vpcs.NAME.account", _set("vpcs", "b", "account", to="production"), _joins("b")),
    ("vpcs.NAME.cidrs", _set("vpcs", "b", "cidrs", to=["10.160.0.0/16", "10.170.0.0/16"]), _joins("b")),
    (
        "vpcs.NAME.attachment",
        _set("vpcs", "b", "attachment", to="tgw-attach-0eeeeeeeeeeeeeeee"),
        _joins_by_own_table("b"),
    ),
    (
        "vpcs.NAME.transit_route_table",
        _set("vpcs", "b", "transit_route_table", to="tgw-rtb-0eeeeeeeeeeeeeeee"),
        _joins_or_announces("b"),
    ),
    ("vpcs.NAME.route_tables", _set("vpcs", "b", "route_tables", to=["rtb-0ffffffffffffffff"]), _joins("b")),
    (
        "transit_gateway.auto_accept",
        _set("transit_gateway", to={"id": "tgw-0a1b2c3d4e5f60718", "account": "production", "auto_accept": True}),
        _all,
    ),
    ("vpcs.NAME.inline_routes", _set("vpcs", "b", "inline_routes", to=True), _none),
    ("logs.bgp_logs", _set("logs", "bgp_logs", to=False), lambda partner: partner.vpn.routing == "bgp"),
    ("grants.reach", _set("grants", "reach", to=["m", "a", "b"]), _none),
    ("grants.endpoints", _set("grants", "endpoints", to=["execute-api", "transfer.server", "sqs"]), _none),
    ("grants.public_cidrs", _set("grants", "public_cidrs", to=["198.51.100.0/24"]), _none),
    ("grants.own_tags", _set("grants", "own_tags", to=["project"]), _none),
    ("grants.reserved_tags", _set("grants", "reserved_tags", to=["billing"]), _none),
    ("grants.inbound", _set("grants", "inbound", to=[]), _none),
    ("accepted", _set("accepted", to=[{"code": "zone-single", "reason": "agreed"}]), _none),
    ("vpcs", _set("vpcs", "pods", to=NEW_VPC), _announces),
    ("vpcs", _set("vpcs", "pods", to={**NEW_VPC, "transit_route_table": "tgw-rtb-0bbbbbbbbbbbbbbbb"}), _none),
    ("reserved_cidrs", _set("reserved_cidrs", to=[{"cidr": "100.64.0.0/16", "owner": "pods"}]), _none),
    ("reserved_cidrs", _set("reserved_cidrs", to=[]), _none),
    ("state.bucket", _set("state", "bucket", to="another-state"), _all),
    ("state.region", _set("state", "region", to="eu-central-1"), _all),
    ("state.key_prefix", _set("state", "key_prefix", to="vpn"), _all),
    ("alarms.sns_topic_arn", _set("alarms", "sns_topic_arn", to="arn:aws:sns:eu-west-1:111111111111:other"), _all),
    ("logs.flow_logs", _set("logs", "flow_logs", to=False), _all),
    ("logs.tunnel_logs", _set("logs", "tunnel_logs", to=False), _all),
    ("logs.retention_days", _set("logs", "retention_days", to=30), _all),
    ("logs.kms_key_arn", _set("logs", "kms_key_arn", to=KEY), _all),
    ("quotas", _set("quotas", to={"vpcs": 100, "cidrs_per_vpc": 10, "routes_per_route_table": 1000}), _none),
    ("prices", _set("prices", to={"alarm_metric": 0.2, "internet_gb": 0.08}), _none),
    ("tags", _set("tags", "environment", to="live"), _all),
    (
        "accepted_impact",
        _set("accepted_impact", to={"level": "in place", "reason": "agreed", "change": "3f9a1c02"}),
        _none,
    ),
)
IDS = [f"{number}-{field}" for number, (field, _, _) in enumerate(CHANGES)]


def _ours_after(change: Change) -> LandingZone:
    ours = copy.deepcopy(OURS)
    change(ours)
    document, problems = read_text("landing-zone.yaml", json.dumps(ours).encode())
    landing_zone = parse_landing_zone(document, problems) if document else None
    assert landing_zone is not None, problems
    assert document is not None
    assert not has_error([*problems, *check_landing_zone(landing_zone, document)]), "the change must validate"
    return landing_zone


def _partner(name: str, raw: bytes, landing_zone: LandingZone) -> Partner | None:
    """The partner, where it validates."""
    document, problems = read_text(f"partners/{name}.yaml", raw)
    partner = parse_partner(document, problems) if document else None
    if partner is None or document is None:
        return None
    return None if has_error([*problems, *check_partner(partner, document, landing_zone, (name,))]) else partner


def _files(partner: Partner, landing_zone: LandingZone) -> dict[str, str]:
    files = render(plan_for(partner, landing_zone), TEMPLATES)
    assert isinstance(files, dict)
    return files


BEFORE = _ours_after(lambda ours: None)
GOLDENS = {path.stem: path.read_bytes() for path in sorted((ROOT / "partners").glob("*.yaml"))}


def _changed(raw: bytes, name: str, after: LandingZone) -> tuple[Partner, bool] | None:
    """Whether a partner's files follow a change of the landing zone; None where it does not validate then."""
    before, now = _partner(name, raw, BEFORE), _partner(name, raw, after)
    if before is None or now is None:
        return None
    return before, _files(before, BEFORE) != _files(now, after)


@pytest.mark.parametrize(("field", "change", "follows"), CHANGES, ids=IDS)
def test_a_golden_follows_the_landing_zone_only_where_a_named_dependency_says_so(
    field: str, change: Change, follows: Follows
) -> None:
    after = _ours_after(change)
    found = [each for name, raw in GOLDENS.items() if (each := _changed(raw, name, after))]
    assert found
    told = {partner.partner: (changed, follows(partner)) for partner, changed in found}
    assert {name: changed for name, (changed, _) in told.items()} == {name: named for name, (_, named) in told.items()}


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(descriptors())
def test_so_does_what_is_drawn(descriptor: Descriptor) -> None:
    partner = validated(descriptor)
    for (field, _, follows), after in zip(CHANGES, AFTER, strict=True):
        found = _changed(as_yaml(descriptor).encode(), partner.partner, after)
        if found and found[1]:
            assert follows(partner), field


AFTER = [_ours_after(change) for _, change, _ in CHANGES]


def _leaves(shape: Shape, place: str = "") -> Iterator[str]:
    """The fields of a document, by dotted path."""
    if isinstance(shape, Record):
        for name, field in shape.fields.items():
            yield from _leaves(field.shape, f"{place}.{name}" if place else name)
    elif isinstance(shape, Named) and isinstance(shape.of, Record):
        yield place
        yield from _leaves(shape.of, f"{place}.NAME")
    else:
        yield place


def test_every_field_of_the_landing_zone_is_changed() -> None:
    whole = {"quotas", "prices", "accepted_impact"}
    fields = {each for each in _leaves(LANDING_ZONE) if each.split(".")[0] not in whole} | whole
    assert fields - {field for field, _, _ in CHANGES} == {"region"}  # every ARN and zone would have to follow


def test_other_partners_change_nothing(root: Any) -> None:
    def told() -> dict[str, dict[str, str]]:
        fleet = open_fleet(Workspace(str(root)))
        assert fleet.landing_zone is not None
        return {each.partner: _files(each, fleet.landing_zone) for each in fleet.partners()}

    before = told()
    (root / "partners" / "hooli.yaml").unlink()
    stark = root / "partners" / "stark.yaml"
    stark.write_text(stark.read_text().replace("10.185.0.0/27", "100.64.64.0/24"))
    (root / "partners" / "aaa.yaml").write_bytes(GOLDENS["globex"].replace(b"globex", b"aaa").replace(b"60", b"61"))
    after = told()
    assert sorted(after.keys() ^ before.keys()) == ["aaa", "hooli"]
    assert [name for name in before if name in after and before[name] != after[name]] == ["stark"]
