"""The golden hand-overs: `python -m tests.handover.goldens` writes them again.

`goldens/partners/NAME` is the whole folder of each partner of the repository, as after an apply;
`goldens/devices/VENDOR/VARIANT` is the device's configuration for each kind of partner that a vendor can serve.
"""

from __future__ import annotations

import shutil
from ipaddress import IPv4Address
from pathlib import Path

from natlane.handover.build import hand_over
from natlane.handover.folder import texts
from natlane.handover.outputs import Outputs
from natlane.handover.templates import HandOverTemplates
from natlane.plan.plan import plan_for
from natlane.problems import Problem

from tests.handover.expected import OUTER
from tests.handover.test_vendors import CASES, VARIANTS, partners, rendered

FOLDER = Path(__file__).parent / "goldens"
COMMAND = "python -m tests.handover.goldens"
_LONG = "long-partner-named-"


def goldens() -> dict[str, str]:
    """Every golden file by its path below FOLDER."""
    found: dict[str, str] = {}
    for name, (root, partner, landing_zone) in partners().items():
        if not name.startswith(_LONG):
            known = [_outputs(index) for index in range(len(partner.vpn.customer_gateways))]
            handover = hand_over(plan_for(partner, landing_zone), partner, known)
            written = texts(handover, HandOverTemplates(str(root)))
            assert not isinstance(written, Problem), written
            found |= {f"partners/{name}/{file}": text for file, text in written.items()}
    for vendor, name in CASES:
        variant = name.removeprefix(_LONG)
        if variant in VARIANTS:
            files = rendered(vendor, name)
            found |= {f"devices/{vendor.name}/{variant}/{file}": text for file, text in files.items()}
    return found


def _outputs(index: int) -> Outputs:
    """What AWS has made for the device of an index."""
    one, two = (IPv4Address(address) + 2 * index for address in OUTER)
    return Outputs((one, two), f"arn:aws:secretsmanager:example{f'-{index + 1}' if index else ''}")


def main() -> None:
    """Write them all, and nothing else."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name, text in goldens().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
