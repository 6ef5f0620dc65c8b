"""Forms and Terraform's outputs that somebody else wrote: taken as they should be, or refused in a line."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Natlane
from tests.handover.test_command import OUTPUTS
from tests.handover.test_intake import FORM
from tests.hostile import changed

Count = Callable[[str, object], None]


def heard(text: str) -> None:
    """What is printed commands no terminal and no workflow, and is no traceback."""
    assert "Traceback" not in text
    assert all(char.isprintable() or char in "\n\t" for char in text), ascii(text)
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]


def as_yaml(data: Any) -> bytes:
    """A document as YAML, with half surrogates as they come."""
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode("utf-8", "surrogatepass")


@pytest.mark.slow  # draws by the hundred
def test_forms_at_random(root: Path, natlane: Natlane, record_property: Count) -> None:
    """A form gives a descriptor that can be read again, or is refused and gives none."""
    count, drawn, given = 300, random.Random("forms"), 0
    path, form = root / "partners" / "acme-new.yaml", yaml.safe_load(FORM)
    for _ in range(count):
        (root / "form.yaml").write_bytes(as_yaml(changed(drawn, form)))
        done = natlane("new", "acme-new", "--from", "form.yaml", cwd=root)
        heard(done.stdout + done.stderr)
        assert (done.returncode == 0) == path.exists()
        if path.exists():
            given += 1
            document = yaml.safe_load(path.read_text())
            assert document["partner"] == "acme-new"
            assert set(document) <= {
                *("partner", "description", "contacts", "nat_cidr", "zones", "natted_cidr", "partner_cidrs", "reach"),
                *("vpn", "handover"),
            }
            heard(natlane("validate", "acme-new", cwd=root).stdout)
            path.unlink()
    assert 0 < given < count
    record_property("counted", f"{count} forms changed at random: {count - given} refused")


@pytest.mark.slow  # draws by the hundred
def test_outputs_at_random(root: Path, natlane: Natlane, record_property: Count) -> None:
    """A hand-over holds the addresses of the outputs, or is refused and not written."""
    count, drawn, given = 300, random.Random("outputs"), 0
    for number in range(count):
        (root / "outputs.json").write_text(json.dumps(changed(drawn, OUTPUTS)))
        done = natlane("handover", "acme-clearing", "--outputs", "outputs.json", "--to", f"to{number}", cwd=root)
        heard(done.stdout + done.stderr)
        folder = root / f"to{number}"
        assert (done.returncode == 0) == folder.exists()
        if folder.exists():
            given += 1
            page, held = (folder / "handover.html").read_text(), json.loads((folder / "parameters.json").read_text())
            assert "<script>alert" not in page
            assert {each["address"] for each in held["tunnels"]} <= {
                *("AWS_ADDRESS_1", "AWS_ADDRESS_2"),
                *(OUTPUTS[f"tunnel{each}_address"]["value"] for each in (1, 2)),
            }
    assert 0 < given < count
    record_property("counted", f"{count} files of outputs changed at random: {count - given} refused")
