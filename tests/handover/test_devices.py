"""The hand-over of a partner with two devices: a folder for each, four tunnels with words of their own, one order."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import TWO_DEVICES, Natlane
from tests.handover.goldens import FOLDER

STATIC, BGP = "oscorp", "nakatomi"
FIRST, SECOND = "203.0.113.20", "b"
ADDRESSES = {"tunnel1_address": "198.51.100.1", "tunnel2_address": "198.51.100.2"}
ADDRESSES |= {"tunnel1_address_b": "198.51.100.3", "tunnel2_address_b": "198.51.100.4"}
ARN = "arn:aws:secretsmanager:eu-central-1:444444444444:secret:s2svpn!vpn-0a1b2c-"
AGREED = {"nat_cidr": "172.24.20.0/27", "customer_gateway": FIRST, "customer_gateway_b": "198.51.100.20"}
OUTPUTS: dict[str, Any] = {
    "agreed": AGREED,
    "preshared_key_arn": f"{ARN}one",
    "preshared_key_arn_b": f"{ARN}two",
    **ADDRESSES,
}


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """The root with partners of two devices, as a copy."""
    return Path(shutil.copytree(TWO_DEVICES, tmp_path / "two"))


def _outputs(folder: Path, **changes: object) -> str:
    path = folder / "outputs.json"
    path.write_text(json.dumps({name: {"value": value} for name, value in {**OUTPUTS, **changes}.items()}))
    return str(path)


def _held(folder: Path) -> dict[str, Any]:
    held: dict[str, Any] = json.loads((folder / "parameters.json").read_text())
    assert held == yaml.safe_load((folder / "parameters.yaml").read_text())
    return held


def test_each_device_has_a_folder_and_is_in_the_parameters(two: Path, natlane: Natlane) -> None:
    done = natlane("handover", STATIC, cwd=two)
    assert done.returncode == 0, done.stderr
    folder = two / "handover" / STATIC
    held = _held(folder)
    below = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert below == sorted(held["files"])
    assert [each for each in below if each.startswith("device/")] == [
        f"device/{FIRST}/fortios.txt",
        *(f"device/{SECOND}/{name}" for name in ("interfaces.sh", "nftables.conf", "strongswan.conf", "swanctl.conf")),
    ]
    devices = held["devices"]
    assert [(each["name"], each["title"]) for each in devices] == [("", FIRST), (SECOND, SECOND)]
    assert [each["theirs"]["peer_address"] for each in devices] == [FIRST, "198.51.100.20"]
    tunnels = [tunnel for each in devices for tunnel in each["tunnels"]]
    assert [each["address"] for each in tunnels] == [
        "AWS_ADDRESS_1",
        "AWS_ADDRESS_2",
        "AWS_ADDRESS_1_B",
        "AWS_ADDRESS_2_B",
    ]
    for name in ("inside_cidr", "key", "address"):
        assert len({each[name] for each in tunnels}) == 4, name


def test_no_file_of_a_device_speaks_of_the_others_tunnels(two: Path, natlane: Natlane) -> None:
    """What is typed into one device is never the other one's key or address."""
    assert natlane("handover", STATIC, "--outputs", _outputs(two), "--to", "given", cwd=two).returncode == 0
    devices = _held(two / "given")["devices"]
    for one, other in (devices, devices[::-1]):
        text = "".join(path.read_text() for path in (two / "given" / "device" / one["title"]).iterdir())
        for tunnel in one["tunnels"]:
            assert all(re.search(rf"{re.escape(tunnel[name])}\b", text) for name in ("address", "key", "device_inside"))
        for tunnel in other["tunnels"]:
            found = [name for name in ("address", "key") if re.search(rf"{re.escape(tunnel[name])}\b", text)]
            assert found == []
        assert other["theirs"]["peer_address"] not in text


def test_outputs_hold_the_addresses_of_both_connections(two: Path, natlane: Natlane) -> None:
    done = natlane("handover", STATIC, "--outputs", _outputs(two), "--to", "given", cwd=two)
    assert (done.returncode, "still to come" in done.stderr) == (0, False), done.stderr
    held = _held(two / "given")
    assert held["complete"] is True
    assert [each["address"] for one in held["devices"] for each in one["tunnels"]] == list(ADDRESSES.values())
    assert [each["ours"]["key_arn"] for each in held["devices"]] == [f"{ARN}one", f"{ARN}two"]
    assert not [path for path in (two / "given").rglob("*") if path.is_file() and "AWS_ADDRESS" in path.read_text()]


FOREIGN: dict[str, tuple[dict[str, Any], str]] = {
    "one connection only": ({"tunnel1_address_b": None}, "has no address in tunnel1_address_b"),
    "another second device": (
        {"agreed": {**AGREED, "customer_gateway_b": "198.51.100.99"}},
        "agrees on customer_gateway_b '198.51.100.99'",
    ),
    "the second device's own address": ({"tunnel2_address_b": "198.51.100.20"}, "the address of the partner itself"),
    "the other device's tunnel": ({"tunnel2_address_b": "198.51.100.1"}, "has 198.51.100.1 for tunnels of two devices"),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_outputs_that_are_not_of_both(case: str, two: Path, natlane: Natlane) -> None:
    changes, why = FOREIGN[case]
    done = natlane("handover", STATIC, "--outputs", _outputs(two, **changes), cwd=two)
    assert (done.returncode, done.stdout) == (1, "")
    assert why in done.stderr


def test_bgp_has_one_order_over_all_four_tunnels() -> None:
    """AWS takes the lowest metric (MED); the device takes the highest local preference."""
    held = _held(FOLDER / "partners" / BGP)
    tunnels = [each for one in held["devices"] for each in one["tunnels"]]
    assert [each["metric"] for each in tunnels] == sorted({each["metric"] for each in tunnels})
    assert [each["preference"] for each in tunnels] == sorted({each["preference"] for each in tunnels}, reverse=True)
    page = (FOLDER / "partners" / BGP / "README.md").read_text()
    rows = re.findall(r"^\| (north|south-2) \| ([12]) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    assert [(int(preference), int(metric)) for *_, preference, metric in rows] == [
        (each["preference"], each["metric"]) for each in tunnels
    ]
    assert "metric" not in (FOLDER / "partners" / STATIC / "README.md").read_text().partition("## Routing")[0]


@pytest.mark.parametrize("partner", [STATIC, BGP])
@pytest.mark.parametrize("page", ["README.md", "handover.html"])
def test_a_page_speaks_of_every_tunnel_of_both_devices(partner: str, page: str) -> None:
    folder = FOLDER / "partners" / partner
    text = (folder / page).read_text()
    for device in _held(folder)["devices"]:
        assert device["theirs"]["peer_address"] in text
        for tunnel in device["tunnels"]:
            for name in ("address", "inside_cidr", "device_inside", "aws_inside"):
                assert tunnel[name] in text, (device["title"], name)


def test_different_as_numbers_are_spoken_of(two: Path, natlane: Natlane) -> None:
    """AWS compares metrics of one neighbouring AS only: the order then needs a longer path."""
    longer = "announce a path\nthat has its number once more"
    assert longer not in (FOLDER / "partners" / BGP / "README.md").read_text()
    path = two / "partners" / f"{BGP}.yaml"
    path.write_text(
        path.read_text().replace("ip: 203.0.113.31\n      asn: 4200000031", "ip: 203.0.113.31\n      asn: 65000")
    )
    assert natlane("handover", BGP, cwd=two).returncode == 0
    assert longer in (two / "handover" / BGP / "README.md").read_text()


def _mail(two: Path, natlane: Natlane, before: tuple[str, str] | None, *after: tuple[str, str]) -> str:
    """What a mail says of the root with edits, against the root with another one."""
    base = two.parent / "base"
    shutil.copytree(two, base)
    for root, edits in ((base, (before,) if before else ()), (two, after)):
        path = root / "partners" / f"{STATIC}.yaml"
        text = path.read_text()
        for was, now in edits:
            assert was in text
            text = text.replace(was, now)
        path.write_text(text)
        assert natlane("generate", cwd=root).returncode == 0
    done = natlane("handover", STATIC, "--since", str(base), cwd=two)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _told(mail: str) -> list[tuple[str, ...]]:
    return re.findall(r"^   (\S.*)\n     was:    (.*)\n     is now: (.*)$", mail, re.MULTILINE)


ONLY_FIRST = ("\n    - {name: b, ip: 198.51.100.20, asn: 65020, device: strongswan}", "")
LIST = ("customer_gateways:\n    - {ip", "customer_gateway:\n    {ip")
ACCEPTED = ("  - {code: devices-asymmetric, reason: the two firewalls are a cluster that shares the state of connections}\n", "")  # fmt: skip # noqa: E501


def test_a_mail_tells_of_a_device_that_goes(two: Path, natlane: Natlane) -> None:
    mail = _mail(two, natlane, None, ONLY_FIRST, LIST, ACCEPTED)
    assert _told(mail) == [("your device b", "198.51.100.20", "nothing")]
    assert "you get the whole hand-over anew" in mail
    assert "PUBLIC ADDRESSES" not in mail


def test_a_mail_names_the_device_that_changes(two: Path, natlane: Natlane) -> None:
    dpd = ("device: strongswan}", "device: strongswan, tunnels: {1: {replay_window: 128}}}")
    mail = _mail(two, natlane, None, dpd, ("partner_cidrs: [192.168.60.0/24, ", "partner_cidrs: ["))
    told = _told(mail)
    assert ("anti-replay window, packets, tunnel 1, device b", "1024", "128") in told
    assert [each for each in told if each[0].startswith("your networks")] == [
        ("your networks that we send to", "192.168.60.0/24; 192.168.62.0/24", "192.168.62.0/24")
    ]
    assert not [each for each in told if each[0].endswith(f"device {FIRST}")]
    assert "One tunnel of device b is down" in mail


def test_a_mail_about_a_device_under_another_name_leaves_the_other_one_out(two: Path, natlane: Natlane) -> None:
    mail = _mail(two, natlane, None, ("{name: b, ip", "{name: c, ip"))
    assert "PUBLIC ADDRESSES AND BOTH KEYS ARE NEW for device 203.0.113.20" not in mail
    assert ("your device c", "nothing", "198.51.100.20") in _told(mail)


def test_a_mail_about_new_connections_names_both(two: Path, natlane: Natlane) -> None:
    mail = _mail(two, natlane, None, ("vpn:\n", "vpn:\n  routing: bgp\n"), ACCEPTED)
    assert f"OUR PUBLIC ADDRESSES AND BOTH KEYS ARE NEW for device {FIRST}, b." in mail
    assert [each for each in _told(mail) if each[0] == "BGP"] == [("BGP", "no", "yes")]
    assert ("metric, tunnel 1, device b", "10", "30") in _told(mail)
