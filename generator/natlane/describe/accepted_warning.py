"""The entry of a document that accepts a warning, with the reason."""

from typing import Annotated, NamedTuple

from natlane.describe.scalar_types import Text

CODE = Text("a warning's code, as printed in brackets", r"[a-z][a-z0-9]*(-[a-z0-9]+)*", 40, "zone-single")


class AcceptedWarning(NamedTuple):
    """A warning that is no longer reported, because somebody decided so."""

    code: Annotated[str, CODE, "the warning's code; `natlane rules` lists them"]
    reason: Annotated[
        str,
        Text("a reason", r"[\s\S]*\S[\s\S]*", example="the partner grants sixteen addresses, decided on 3 March"),
        "why it may stand, and who decided",
    ]
