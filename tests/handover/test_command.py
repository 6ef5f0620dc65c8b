"""`natlane handover` as a user runs it: what is written where, what is refused, and what a mail says."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, Natlane

OUTPUTS: dict[str, Any] = {
    "agreed": {"value": {"nat_cidr": "10.179.0.0/27", "customer_gateway": "203.0.113.10"}},
    "preshared_key_arn": {"value": "arn:aws:secretsmanager:eu-west-1:111111111111:secret:s2svpn!vpn-0a1b2c-x"},
    "tunnel1_address": {"value": "198.51.100.1"},
    "tunnel2_address": {"value": "198.51.100.2"},
}
WRITTEN = [
    "README.md",
    "device/interfaces.sh",
    "device/nftables.conf",
    "device/strongswan.conf",
    "device/swanctl.conf",
    "handover.html",
    "parameters.json",
    "parameters.yaml",
]


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _outputs(folder: Path, **changes: object) -> str:
    path = folder / "outputs.json"
    path.write_text(json.dumps({name: value for name, value in {**OUTPUTS, **changes}.items() if value is not None}))
    return str(path)


def test_before_apply_the_addresses_are_to_come(root: Path, natlane: Natlane) -> None:
    done = natlane("handover", "acme-clearing", cwd=root)
    assert done.returncode == 0, done.stderr
    folder = root / "handover" / "acme-clearing"
    assert _files(folder) == WRITTEN
    assert done.stdout.splitlines() == [f"./handover/acme-clearing/{name}" for name in WRITTEN]
    assert "AWS's addresses are still to come" in done.stderr
    held = json.loads((folder / "parameters.json").read_text())
    assert held == yaml.safe_load((folder / "parameters.yaml").read_text())
    assert [held["complete"], *(each["address"] for each in held["tunnels"])] == [
        False,
        "AWS_ADDRESS_1",
        "AWS_ADDRESS_2",
    ]


def test_after_apply_every_word_of_ours_is_replaced(root: Path, natlane: Natlane) -> None:
    done = natlane("handover", "acme-clearing", "--outputs", _outputs(root), "--to", "given", cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    for name in WRITTEN:
        assert "AWS_" not in (root / "given" / name).read_text(), name
    assert OUTPUTS["preshared_key_arn"]["value"] in (root / "given" / "parameters.json").read_text()


def test_a_later_hand_over_takes_the_place_of_an_earlier_one(root: Path, natlane: Natlane) -> None:
    assert natlane("handover", "acme-clearing", "--to", "given", cwd=root).returncode == 0
    assert natlane("handover", "acme-clearing", "--to", "given", "--device", "libreswan", cwd=root).returncode == 0
    assert _files(root / "given" / "device") == ["interfaces.sh", "ipsec.conf", "ipsec.secrets", "nftables.conf"]
    assert sorted(path.name for path in root.iterdir() if path.name.startswith(".natlane")) == []


REFUSED = {
    "in out/": ("out/acme-clearing/given", "lies in out/"),
    "out/ itself": ("out", "lies in out/"),
    "in out/ by a link": ("linked/given", "lies in out/"),
    "what is not a hand-over": ("partners", "holds something else than a hand-over of acme-clearing"),
    "a file": ("landing-zone.yaml", "is not a folder"),
    "a link": ("elsewhere", "is a symbolic link"),
    "another partner's": ("globex", "holds something else than a hand-over of acme-clearing"),
    "a hand-over with a note of somebody's": ("noted", "holds something else than a hand-over of acme-clearing"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_folder_that_is_refused_stays_as_it_was(case: str, root: Path, natlane: Natlane) -> None:
    folder, why = REFUSED[case]
    (root / "linked").symlink_to("out")
    (root / "elsewhere").symlink_to("handover")
    assert natlane("handover", "globex", "--to", "globex", cwd=root).returncode == 0
    assert natlane("handover", "acme-clearing", "--to", "noted", cwd=root).returncode == 0
    (root / "noted" / "device" / "notes.txt").write_text("tested on Monday")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    done = natlane("handover", "acme-clearing", "--to", folder, cwd=root)
    assert (done.returncode, done.stdout) == (1, "")
    assert why in done.stderr
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


FOREIGN: dict[str, tuple[dict[str, Any], str]] = {
    "another partner's": ({"agreed": {"value": {"nat_cidr": "10.181.0.0/27"}}}, "agrees on nat_cidr '10.181.0.0/27'"),
    "not applied": ({"tunnel1_address": None}, "has no address in tunnel1_address"),
    "one address twice": ({"tunnel2_address": {"value": "198.51.100.1"}}, "has 198.51.100.1 for both tunnels"),
    "a private address": ({"tunnel2_address": {"value": "10.0.0.1"}}, "has 10.0.0.1 for a tunnel, which is private"),
    "their own address": ({"tunnel1_address": {"value": "203.0.113.10"}}, "the address of the partner itself"),
    "no address": ({"tunnel2_address": {"value": "pending"}}, "has no address in tunnel2_address"),
    "a list": ({"tunnel1_address": ["198.51.100.1"]}, "has no address in tunnel1_address"),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_outputs_that_are_not_this_partners(case: str, root: Path, natlane: Natlane) -> None:
    changes, why = FOREIGN[case]
    done = natlane("handover", "acme-clearing", "--outputs", _outputs(root, **changes), cwd=root)
    assert (done.returncode, done.stdout) == (1, "")
    assert why in done.stderr
    assert not (root / "handover").exists()


@pytest.mark.parametrize(
    ("content", "why"), [("", "is not JSON"), ("[1]", "holds no outputs"), ("[" * 99_999, "is not JSON")]
)
def test_outputs_that_are_no_outputs(content: str, why: str, root: Path, natlane: Natlane) -> None:
    (root / "outputs.json").write_text(content)
    done = natlane("handover", "acme-clearing", "--outputs", "outputs.json", cwd=root)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"outputs.json: {why}" in done.stderr


def test_a_partner_that_is_gone_or_unknown(root: Path, natlane: Natlane) -> None:
    assert natlane("handover", "nobody", cwd=root).returncode == 2
    globex = root / "partners" / "globex.yaml"
    globex.write_text(globex.read_text() + "status: decommissioned\n")
    done = natlane("handover", "globex", cwd=root)
    assert done.returncode == 1
    assert "is decommissioned" in done.stderr


def test_nothing_that_a_descriptor_says_is_markup(root: Path, natlane: Natlane) -> None:
    path = root / "partners" / "acme-clearing.yaml"
    said = '"<script>alert(1)</script> {{ 7*7 }} `x`\\n## h | a"'
    text = path.read_text().replace("description: ACME Clearing, payment files", f"description: {said}")
    path.write_text(text.replace("contacts: [noc@acme.example]", 'contacts: ["<img src=x onerror=y>"]'))
    assert natlane("handover", "acme-clearing", cwd=root).returncode == 0
    folder = root / "handover" / "acme-clearing"
    page, readme = (folder / "handover.html").read_text(), (folder / "README.md").read_text()
    assert not re.search(r"<(script|img)", page)
    assert not re.search(r"(?<!\\)<(script|img)", readme)
    assert "{{ 7*7 }}" in page
    assert "\n## h" not in readme


def test_a_template_of_ones_own(root: Path, natlane: Natlane) -> None:
    own = root / "templates" / "devices" / "strongswan" / "swanctl.conf.j2"
    own.parent.mkdir(parents=True)
    own.write_text("# {{ handover.partner }}\n")
    assert natlane("handover", "acme-clearing", cwd=root).returncode == 0
    device = root / "handover" / "acme-clearing" / "device"
    assert (device / "swanctl.conf").read_text() == "# acme-clearing\n"
    own.write_text("one\n{{ handover.nothing }}\n")
    done = natlane("handover", "acme-clearing", cwd=root)
    assert done.returncode == 1
    assert "templates/devices/strongswan/swanctl.conf.j2:2:1:" in done.stderr
    assert (device / "swanctl.conf").read_text() == "# acme-clearing\n"
    assert natlane("generate", "--check", cwd=root).returncode == 0  # out/ has nothing of it


def _changed(root: Path, tmp_path_factory: pytest.TempPathFactory, *edits: tuple[str, str]) -> str:
    """The root as it was, in another folder, while acme-clearing's descriptor is changed."""
    base = tmp_path_factory.mktemp("base")
    shutil.copytree(root, base, dirs_exist_ok=True)
    path = root / "partners" / "acme-clearing.yaml"
    text = path.read_text()
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text)
    return str(base)


def test_a_mail_tells_what_changes_and_nothing_else(
    root: Path, natlane: Natlane, tmp_path_factory: pytest.TempPathFactory
) -> None:
    edits = (
        ("addresses_per_gateway: 1", "addresses_per_gateway: 2"),
        ("dpd: {action: restart, timeout: 30}", "dpd: {action: clear, timeout: 30}"),
        ("ike_versions: [ikev2]", "ike_versions: [ikev2]\n  phase2: {lifetime: 1800}"),
        ("reach: [m, a]", "reach: [a]"),
    )
    base = _changed(root, tmp_path_factory, *edits)
    assert natlane("generate", cwd=root).returncode == 0
    done = natlane("handover", "acme-clearing", "--since", base, cwd=root)
    assert done.returncode == 0, done.stderr
    told = re.findall(r"^   (\S.*)\n     was:    (.*)\n     is now: (.*)$", done.stdout, re.MULTILINE)
    assert told == [
        ("what our connections to you come from", "10.179.0.4; 10.179.0.20",
         "10.179.0.4; 10.179.0.5; 10.179.0.20; 10.179.0.21"),
        ("phase 2 lifetime, seconds, tunnel 1", "3600", "1800"),
        ("phase 2 rekeying after, seconds, tunnel 1", "3240", "1620"),
        ("phase 2 lifetime, seconds, tunnel 2", "3600", "1800"),
        ("phase 2 rekeying after, seconds, tunnel 2", "3240", "1620"),
        ("what our end does then, tunnel 1", "restart", "clear"),
        ("what our end does then, tunnel 2", "restart", "clear"),
    ]  # fmt: skip
    assert "Both tunnels are down for some minutes at the change." in done.stdout
    assert not (root / "handover").exists()


def test_a_mail_about_a_new_connection(root: Path, natlane: Natlane, tmp_path_factory: pytest.TempPathFactory) -> None:
    base = _changed(
        root,
        tmp_path_factory,
        ("routing: static", "routing: bgp"),
        ("10.179.0.0/27, theirs: 192.168.50.0/24", "0.0.0.0/0, theirs: 0.0.0.0/0"),
    )
    assert natlane("generate", cwd=root).returncode == 0
    done = natlane("handover", "acme-clearing", "--since", base, cwd=root)
    assert done.returncode == 0, done.stderr
    assert "OUR PUBLIC ADDRESSES AND BOTH KEYS ARE NEW" in done.stdout


def _copied(root: Path, folders: pytest.TempPathFactory) -> str:
    """The root as it was, for --since."""
    return shutil.copytree(root, folders.mktemp("base") / "root").as_posix()


def test_a_mail_to_a_partner_that_speaks_bgp(
    root: Path, natlane: Natlane, tmp_path_factory: pytest.TempPathFactory
) -> None:
    base = _copied(root, tmp_path_factory)
    file = root / "partners" / "hooli.yaml"
    file.write_text(file.read_text().replace(", 192.168.91.0/24]", ", 192.168.91.0/24, 192.168.93.0/24]"))
    assert natlane("generate", cwd=root).returncode == 0
    done = natlane("handover", "hooli", "--since", base, cwd=root)
    assert done.returncode == 0, done.stderr
    told = re.findall(r"^   (\S.*)\n     was:    ", done.stdout, re.MULTILINE)
    assert told == [
        "your networks, which your device announces to us by BGP",
        "what your firewall lets in from us",
    ]
    assert "at the same moment" not in done.stdout


def test_a_mail_across_a_new_name(root: Path, natlane: Natlane, tmp_path_factory: pytest.TempPathFactory) -> None:
    base = _copied(root, tmp_path_factory)
    old, new = root / "partners" / "globex.yaml", root / "partners" / "initrode.yaml"
    text = old.read_text().replace("partner: globex\n", "partner: initrode\nrenamed_from: globex\n")
    new.write_text(text.replace("routing: static", "routing: static\n  dpd: {timeout: 60}"))
    old.unlink()
    assert natlane("generate", cwd=root).returncode == 0
    done = natlane("handover", "initrode", "--since", base, cwd=root)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Subject: VPN initrode: ")


def test_a_device_that_we_write_nothing_for_is_configured_by_the_values(root: Path, natlane: Natlane) -> None:
    file = root / "partners" / "globex.yaml"
    file.write_text(
        re.sub(
            r"customer_gateway: \{ip: ([0-9.]+), asn: (\d+).*\}",
            r"customer_gateway: {ip: \1, asn: \2}",
            file.read_text(),
        )
    )
    assert natlane("handover", "globex", "--to", "sent", cwd=root).returncode == 0
    for page in ("README.md", "handover.html"):
        said = (root / "sent" / page).read_text()
        assert "by the values below" in said
        assert "device/" not in said
    assert not (root / "sent" / "device").exists()


def test_a_mail_about_nothing(root: Path, natlane: Natlane, tmp_path_factory: pytest.TempPathFactory) -> None:
    base = _changed(root, tmp_path_factory, ('cost-center: "4711"', 'cost-center: "0815"'))
    done = natlane("handover", "acme-clearing", "--since", base, cwd=root)
    assert (
        done.stdout == "Subject: VPN acme-clearing: nothing changes for you\n\nNothing that concerns you has changed.\n"
    )
    assert natlane("handover", "acme-clearing", "--since", "no-such-ref", cwd=root).returncode == 1


def test_every_field_of_a_hand_over_has_a_name_in_mails() -> None:
    from natlane.handover.changes import _flat, _labels
    from natlane.handover.folder import parameters
    from natlane.handover.planned import planned

    text = (ROOT / "templates" / "documents" / "mail" / "_fields.j2").read_text()
    labels = {name for name, _ in _labels(text)}
    handover, problems = planned(str(ROOT), "acme-clearing")
    assert handover, problems
    fields = {re.sub(r"^tunnels\.\d", "tunnel", name) for name, _ in _flat("", parameters(handover))}
    assert {*fields, "device", "theirs.announced"} == labels  # the last is theirs.networks, by BGP
