"""`natlane intake` and `natlane new --from`: the form, the descriptor of it, and what is asked back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, Natlane

FORM = """\
company: ACME Clearing
purpose: 'payment files: "daily" #1'
device: {vendor: cisco-asa, model: ASA 5516-X, version: "9.16"}
peer_address: 203.0.113.77
asn: 65077
accepted_block: 10.189.0.0/27
networks: [192.168.177.0/24]
calls:
  - {name: sftp, address: 192.168.177.10, port: 22}
contacts: ["Net: team <net@acme.example>"]
incident_contacts: [soc@acme.example]
maintenance_window: "Sundays: 02:00"
"""


def _new(root: Path, natlane: Natlane, form: str, name: str = "form.yaml") -> tuple[int, str, dict[str, object] | None]:
    (root / name).write_text(form)
    done = natlane("new", "acme-new", "--from", name, cwd=root)
    path = root / "partners" / "acme-new.yaml"
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr, yaml.safe_load(path.read_text()) if path.exists() else None


def test_a_form_gives_a_descriptor(root: Path, natlane: Natlane) -> None:
    code, said, descriptor = _new(root, natlane, FORM)
    assert code == 0, said
    assert descriptor == {
        "partner": "acme-new",
        "description": 'ACME Clearing, payment files: "daily" #1',
        "contacts": ["Net: team <net@acme.example>"],
        "nat_cidr": "10.189.0.0/27",
        "zones": 2,
        "natted_cidr": "100.64.0.0/25",
        "partner_cidrs": ["192.168.177.0/24"],
        "reach": [],
        "vpn": {
            "customer_gateway": {
                "ip": "203.0.113.77", "asn": 65077, "device": "cisco-asa", "model": "ASA 5516-X", "version": "9.16",
            },
            "routing": "static",
            "connected": False,
        },
        "handover": {
            "incident_contacts": ["soc@acme.example"],
            "maintenance_window": "Sundays: 02:00",
            "calls": [{"name": "sftp", "address": "192.168.177.10", "port": 22, "protocol": "tcp"}],
        },
    }  # fmt: skip
    path = root / "partners" / "acme-new.yaml"
    path.write_text(re.sub(r"reach: \[\].*", "reach: [a]", path.read_text()))
    assert natlane("validate", "acme-new", cwd=root).returncode == 0
    assert natlane("generate", cwd=root).returncode == 0
    assert natlane("handover", "acme-new", cwd=root).returncode == 0


# A form with one answer changed, the exit code, and what is asked back.
ASKED = {
    "their range is ours": (
        ("192.168.177.0/24", "10.150.64.0/18"), 0,
        r"form.yaml:7:1: networks: 10.150.64.0/18 lies in 10.150.0.0/16 of VPC a.*ask for other networks",
    ),
    "a private address": (
        ("203.0.113.77", "10.1.2.3"), 1, r"form.yaml:4:15: peer_address: .*ask for the static public address",
    ),
    "a block that is ours": (
        ("10.189.0.0/27", "10.150.0.0/27"), 0, r"form.yaml:6:17: accepted_block: .*of our VPC a.*which other block",
    ),
    "a block that is too small": (("10.189.0.0/27", "10.189.0.0/30"), 1, r"form.yaml:6:17: accepted_block: "),
    "an old device": (('"9.16"', '"8.4"'), 0, r"form.yaml:3:1: device: Cisco ASA is policy-based.*newer version"),
    "a device without BGP": (
        ('device: {vendor: cisco-asa, model: ASA 5516-X, version: "9.16"}', "device: {vendor: mikrotik}\nrouting: bgp"),
        0, r"form.yaml:4:10: routing: MikroTik RouterOS 7.0 speaks no BGP",
    ),
    "no networks": (("networks: [192.168.177.0/24]\n", ""), 1, r"networks"),
    "a typing error": (("peer_address", "peer_adress"), 1, r"form.yaml:4:1: peer_adress: .*did you mean peer_address"),
    "host bits": (("192.168.177.0/24", "192.168.177.9/24"), 1, r"form.yaml:7:12: networks.*192.168.177.0/24"),
    "nothing": ((FORM, ""), 1, r"form.yaml"),
    "no YAML": ((FORM, "{{{"), 1, r"form.yaml:1"),
}  # fmt: skip


@pytest.mark.parametrize("case", ASKED)
def test_what_contradicts_is_asked_back(case: str, root: Path, natlane: Natlane) -> None:
    (before, after), wanted, asked = ASKED[case]
    code, said, descriptor = _new(root, natlane, FORM.replace(before, after))
    assert re.search(asked, said), said
    assert (code, descriptor is not None) == (wanted, wanted == 0)


def test_a_form_never_takes_the_place_of_a_descriptor(root: Path, natlane: Natlane) -> None:
    (root / "form.yaml").write_text(FORM)
    before = (root / "partners" / "globex.yaml").read_text()
    done = natlane("new", "globex", "--from", "form.yaml", cwd=root)
    assert done.returncode == 1
    assert (root / "partners" / "globex.yaml").read_text() == before
    assert natlane("new", "acme-new", "--from", "nowhere.yaml", cwd=root).returncode == 1
    assert natlane("new", "acme-new", "--from", "partners", cwd=root).returncode == 1


def test_the_empty_form_is_a_form(root: Path, natlane: Natlane) -> None:
    done = natlane("intake", cwd=root)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (root / "intake").iterdir()) == ["intake.html", "intake.md"]
    page = (root / "intake" / "intake.md").read_text().replace("10.179.0.0/27", "10.189.0.0/27")
    code, said, descriptor = _new(root, natlane, page.replace("192.168.50.", "192.168.177."), "filled.md")
    assert code == 0, said
    assert descriptor
    code, said, _ = _new(root, natlane, page.replace("peer_address: 192.0.2.1", "peer_address: ten"), "filled.md")
    line = page.splitlines().index("peer_address: 192.0.2.1") + 1
    assert (code, f"filled.md:{line}:15: peer_address" in said) == (1, True)
    code, said, _ = _new(root, natlane, "# nothing\n", "empty.md")
    assert (code, "has no YAML block" in said) == (1, True)
    assert natlane("intake", cwd=root).returncode == 0  # again, over itself
    (root / "intake" / "mine.txt").touch()
    assert natlane("intake", cwd=root).returncode == 1
    assert natlane("intake", "--to", "out/intake", cwd=root).returncode == 1


def test_every_answer_of_the_page_is_a_question_of_the_form() -> None:
    from natlane.handover.form import Form, FormDevice

    page = (ROOT / "templates" / "documents" / "intake" / "intake.html.j2").read_text()
    names = set(re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', page))
    assert names == {*Form._fields, *FormDevice._fields} - {"device"}
