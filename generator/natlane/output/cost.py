"""What a fleet costs, written for a terminal, for programs as JSON, or for people as Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from natlane.cost.items import HOURS, Item
from natlane.cost.prices import OWN
from natlane.cost.totals import FleetCost, Sum, by_account, by_tag, sum_of, total
from natlane.output.escape import markdown_text

_CENT: Final = Decimal("0.01")
_NO_VALUE: Final = "(none)"


def text(cost: FleetCost, tag: str | None) -> str:
    """For a terminal."""
    lines = [_sum_line(cost)]
    for head, rows in _tables(cost, tag):
        lines += ["", *_aligned(head, rows)]
    unknown = total(cost.bills).unknown
    if unknown:
        lines += ["", f"No price is known in {cost.region} for: {', '.join(unknown)}. Write it in landing-zone.yaml:"]
        lines += [f"prices: {{{', '.join(f'{code}: <amount>' for code in unknown)}}}"]
    return "\n".join(lines) + "\n"


def markdown(cost: FleetCost, tag: str | None) -> str:
    """For a page or a comment."""
    lines = [markdown_text(_sum_line(cost))]
    for head, rows in _tables(cost, tag):
        lines += ["", _row(head), "|" + "---|" * len(head), *map(_row, rows)]
    return "\n".join(lines) + "\n"


def as_json(cost: FleetCost, tag: str | None) -> str:
    """One object: amounts as decimal text, exact; `unknown` names what is in no amount."""
    found = {
        "region": cost.region,
        "currency": cost.currency,
        "hours": HOURS,
        "total": _sum(total(cost.bills)),
        "accounts": {name: _sum(each) for name, each in by_account(cost.bills).items()},
        **({"tag": tag, "values": {name: _sum(each) for name, each in by_tag(cost.bills, tag).items()}} if tag else {}),
        "partners": [
            {"partner": bill.partner, **_sum(sum_of(bill.items)), "items": [_item(each) for each in bill.items]}
            for bill in cost.bills
        ],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


FORMATS: Mapping[str, Callable[[FleetCost, str | None], str]] = {"text": text, "markdown": markdown, "json": as_json}


def money(amount: Decimal) -> str:
    """An amount in hundredths, as people read it."""
    return f"{amount.quantize(_CENT, ROUND_HALF_EVEN):,}"


def _sum_line(cost: FleetCost) -> str:
    found = total(cost.bills)
    count = f"{len(cost.bills)} partner{'' if len(cost.bills) == 1 else 's'}"
    rest = "" if not found.unknown else ", without what has no known price"
    return f"{count} in {cost.region}: {money(found.amount)} {cost.currency} a month{rest}"


def _tables(cost: FleetCost, tag: str | None) -> Iterable[tuple[Sequence[str], list[Sequence[str]]]]:
    if len(cost.bills) == 1:
        head = ("item", "pays", "a month", "price", cost.currency, "source")
        yield head, [_item_row(item) for item in cost.bills[0].items]
    else:
        yield ("partner", cost.currency), [(bill.partner, _amount(sum_of(bill.items))) for bill in cost.bills]
    yield ("account", cost.currency), [(name, _amount(each)) for name, each in by_account(cost.bills).items()]
    if tag:
        sums = by_tag(cost.bills, tag).items()
        yield (f"tag {tag}", cost.currency), [(name or _NO_VALUE, _amount(each)) for name, each in sums]


def _amount(found: Sum) -> str:
    return money(found.amount) + (" + unknown" if found.unknown else "")


def _item_row(item: Item) -> Sequence[str]:
    quantity = f"{item.quantity:,} {item.unit}"
    if item.price is None or item.cost is None:
        return (item.what, item.account, quantity, "unknown", "unknown", "")
    where = item.price.source
    source = where.name if where == OWN else f"{where.name}, {where.date or 'undated'}"
    return (item.what, item.account, quantity, str(item.price.amount), money(item.cost), source)


def _aligned(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    ]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(markdown_text(cell) for cell in cells)} |"


def _sum(found: Sum) -> dict[str, object]:
    return {"amount": str(found.amount), "unknown": list(found.unknown)}


def _item(item: Item) -> dict[str, object]:
    price = item.price
    return {
        "code": item.code,
        "what": item.what,
        "account": item.account,
        "quantity": str(item.quantity),
        "unit": item.unit,
        "price": str(price.amount) if price else None,
        "cost": str(item.cost) if price else None,
        "source": price.source.name if price else None,
        "date": price.source.date if price else None,
    }
