"""Measures of the fleet in Prometheus' text format, for the textfile collector of a node exporter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from natlane.check.quotas import quota_table
from natlane.cost.prices import currency_of
from natlane.cost.totals import Bill, by_account, sum_of
from natlane.fleet import Fleet
from natlane.problems import Problem
from natlane.workspace.paths import PARTNERS, SUFFIX

Samples = Iterable[tuple[Mapping[str, str], object]]


def measures(fleet: Fleet, bills: Sequence[Bill]) -> str:
    """Everything, once the fleet is read: partners, quotas, warnings by partner and code, cost."""
    zone = fleet.landing_zone
    if zone is None:
        return ""
    table = quota_table(fleet.facts, zone)
    currency = {"currency": currency_of(zone.region)}
    groups: list[tuple[str, str, Samples]] = [
        ("natlane_partners", "Partners with a descriptor.", [({}, len(bills))]),
        ("natlane_quota_used", "What the fleet takes of a quota.", [({"quota": u.quota}, u.used) for u in table]),
        ("natlane_quota_granted", "What the account has of a quota.", [({"quota": u.quota}, u.granted) for u in table]),
        ("natlane_warnings", "Warnings that stand.", _counted(fleet.problems)),
        ("natlane_warnings_accepted", "Warnings that were accepted.", _counted(fleet.accepted)),
        (
            "natlane_cost_month",
            "List price of a month, without what has no known price.",
            [({"partner": bill.partner, **currency}, sum_of(bill.items).amount) for bill in bills],
        ),
        (
            "natlane_cost_account_month",
            "List price of a month by account, without what has no known price.",
            [({"account": name, **currency}, found.amount) for name, found in by_account(bills).items()],
        ),
    ]
    return "".join(_group(name, text, samples) for name, text, samples in groups)


def _counted(problems: Iterable[Problem]) -> Samples:
    warned = Counter((_owner(each.path), each.code) for each in problems if each.severity == "warning")
    return [({"partner": partner, "code": code}, count) for (partner, code), count in sorted(warned.items())]


def _owner(path: str) -> str:
    """The partner of a descriptor's path; empty for the landing zone."""
    return path.removeprefix(f"{PARTNERS}/").removesuffix(SUFFIX) if path.startswith(f"{PARTNERS}/") else ""


def _group(name: str, text: str, samples: Samples) -> str:
    lines = [f"# HELP {name} {text}", f"# TYPE {name} gauge"]
    lines += [f"{name}{_labels(labels)} {value}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    r"""A label's value: \, " and line ends escaped (Prometheus, exposition formats)."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
