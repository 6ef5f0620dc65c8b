"""A picture as SVG, light or dark as the reader's screen is."""

from __future__ import annotations

from typing import Final

from natlane.picture.drawing import MARGIN, Arrow, Box, Drawing

_MOST: Final = 30  # characters of a line in a box
_ESCAPED: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def svg(drawing: Drawing, first_line: str) -> str:
    """The picture as a file by itself, light or dark as the reader's screen is; `first_line` is a comment in it."""
    parts = [
        f"<!-- {first_line} -->",
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width} {drawing.height}" role="img"'
        f' aria-label="{_text(drawing.sentence)}">',
        f"<title>{_text(drawing.sentence)}</title>",
        _STYLE,
        *(_box(each) for each in drawing.boxes),
        *(_arrow(each) for each in drawing.arrows),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


_STYLE: Final = """\
<defs>
<style>
text { font: 13px system-ui, "DejaVu Sans", sans-serif; fill: #1b2330; }
text.second { font-size: 12px; fill: #3d4a5c; }
rect { fill: #ffffff; stroke: #5a6b80; stroke-width: 1.5; }
rect.frame { fill: #eef3fa; stroke: #34567c; stroke-dasharray: 6 4; }
rect.nat { fill: #dcecdf; stroke: #2f6b3c; }
rect.inbound { fill: #fbe8d3; stroke: #9a5b12; }
rect.outbound { fill: #e6e2f6; stroke: #56469b; }
rect.partner { fill: #f7dfe3; stroke: #9b3345; }
path { fill: none; stroke: #34567c; stroke-width: 1.6; marker-end: url(#out); }
path.inward { stroke: #9a5b12; stroke-dasharray: 7 4; marker-end: url(#in); }
@media (prefers-color-scheme: dark) {
text { fill: #e8edf4; }
text.second { fill: #b9c6d6; }
rect { fill: #18202b; stroke: #8fa3bb; }
rect.frame { fill: #141d2a; stroke: #7fa7d6; }
rect.nat { fill: #173322; }
rect.inbound { fill: #3b2912; }
rect.outbound { fill: #292349; }
rect.partner { fill: #3d1a22; }
path { stroke: #7fa7d6; }
path.inward { stroke: #e0a45a; }
}
</style>
<marker id="out" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
<polygon points="0,0 8,4 0,8" fill="#34567c"/>
</marker>
<marker id="in" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
<polygon points="0,0 8,4 0,8" fill="#9a5b12"/>
</marker>
</defs>"""


def _box(box: Box) -> str:
    rect = f'<rect class="{box.kind}" x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="6"/>'
    if box.kind == "frame":
        return f'{rect}\n<text x="{box.x + 12}" y="{box.y + 22}">{_text(_short(box.lines[0]))}</text>'
    texts = [
        f'<text{"" if number == 0 else " class=" + chr(34) + "second" + chr(34)} x="{box.x + 10}"'
        f' y="{box.y + 20 + 17 * number}">{_text(_short(line))}</text>'
        for number, line in enumerate(box.lines)
    ]
    return "\n".join([rect, *texts])


def _arrow(arrow: Arrow) -> str:
    bend = (arrow.x1 + arrow.x2) // 2 if arrow.x1 != arrow.x2 else arrow.x1 - MARGIN
    way = f"M{arrow.x1},{arrow.y1} C{bend},{arrow.y1} {bend},{arrow.y2} {arrow.x2},{arrow.y2}"
    return f'<path{" class=" + chr(34) + "inward" + chr(34) if arrow.inward else ""} d="{way}"/>'


def _text(text: str) -> str:
    """A text as XML holds it, in an attribute too."""
    return text.translate(_ESCAPED)


def _short(line: str) -> str:
    return line if len(line) <= _MOST else f"{line[: _MOST - 1]}…"
