"""What a change adds to AWS's bill, written as a line, a folded table, or data."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from natlane.cost.totals import Sum
from natlane.impact.cost import CostChange
from natlane.output.cost import money
from natlane.output.escape import markdown_text

_MOST_ROWS = 100


def costs_in_short(costs: Sequence[CostChange]) -> str:
    """All of it in one line: before, after, and the difference, a month at list prices."""
    before, after = sum((each.before for each in costs), Sum()), sum((each.after for each in costs), Sum())
    rest = ", without what has no known price" if before.unknown or after.unknown else ""
    return (
        f"Cost of what changes: {money(before.amount)} before, {money(after.amount)} after, "
        f"{difference(after.amount - before.amount)} {costs[0].currency} a month{rest}."
    )


def costs_folded(costs: Sequence[CostChange]) -> str:
    """The line, and each partner in a table that a page opens on request; nothing where no cost changes."""
    if not costs:
        return ""
    written = [f"\n<details><summary>{markdown_text(costs_in_short(costs))}</summary>\n\n"]
    written.append("| partner | before | after | difference |\n|---|---|---|---|\n")
    for each in costs[:_MOST_ROWS]:
        cells = (_amount(each.before), _amount(each.after), difference(each.after.amount - each.before.amount))
        written.append(f"| {markdown_text(each.partner)} | {' | '.join(cells)} |\n")
    if len(costs) > _MOST_ROWS:
        written.append(f"\nand {len(costs) - _MOST_ROWS} more, which --format json lists.\n")
    return "".join([*written, "\n</details>\n"])


def costs_as_data(costs: Sequence[CostChange]) -> list[dict[str, object]]:
    """Each partner's change; amounts as decimal text, exact."""
    return [
        {
            "partner": each.partner,
            "currency": each.currency,
            "before": str(each.before.amount),
            "after": str(each.after.amount),
            "difference": str(each.after.amount - each.before.amount),
            "unknown": sorted({*each.before.unknown, *each.after.unknown}),
        }
        for each in costs
    ]


def difference(amount: Decimal) -> str:
    """An amount with its sign."""
    return f"{'+' if amount >= 0 else ''}{money(amount)}"


def _amount(found: Sum) -> str:
    return money(found.amount) + (" + unknown" if found.unknown else "")
