"""What adopting a VPN would do to it, worst first, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from natlane.live.adopt import Adoption


def text(found: Adoption) -> str:
    """What is replaced, changed in place, made and left, and how many things are imported."""
    return "".join(f"{line}\n" for line in _lines(found))


def _lines(found: Adoption) -> Iterator[str]:
    yield f"{found.partner}: the first apply"
    yield "  replaces: nothing"
    yield from _part("changes in place", found.changed)
    routes = [each for each in found.taken if each.startswith("aws_vpn_connection_route.")]
    yield from _part("makes once more, because Terraform cannot import it (docs/adopting.md)", routes)
    yield from _part("makes", found.created)
    yield from _part("leaves as AWS has it", found.kept)
    yield f"  imports: {len(found.imported)}"


def _part(what: str, items: Sequence[str]) -> Iterator[str]:
    yield f"  {what}:{'' if items else ' nothing'}"
    yield from (f"    {each}" for each in items)
