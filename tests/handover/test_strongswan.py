"""A module's swanctl.conf, whole, and how each choice of algorithms is written in it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from natlane.handover.strongswan import Outside, strongswan_conf, swanctl_conf
from natlane.network.module import Module, read_back

from tests.conftest import ROOT, ROOTS

WHOLE = """\
connections {
    acme-clearing-2 {
        version = 2
        local_addrs = 203.0.113.10
        remote_addrs = 198.51.100.2
        proposals = aes256gcm16-prfsha384-ecp384
        rekey_time = 25920s
        over_time = 2880s
        dpd_delay = 10s
        keyingtries = 0
        mobike = no
        local {
            auth = psk
            id = 203.0.113.10
        }
        remote {
            auth = psk
            id = 198.51.100.2
        }
        children {
            acme-clearing-2 {
                local_ts = 192.168.50.0/24
                remote_ts = 10.179.0.0/27
                esp_proposals = aes256gcm16-ecp384
                rekey_time = 3240s
                life_time = 3600s
                replay_window = 1024
                dpd_action = restart
                close_action = start
                start_action = start
                if_id_in = 2
                if_id_out = 2
            }
        }
    }
}

secrets {
    ike-acme-clearing-2 {
        id-partner = 203.0.113.10
        id-aws = 198.51.100.2
        secret = "an.example.key"
    }
}
"""


def _module(root: Path, partner: str) -> Module:
    module, problems = read_back(str(root), partner)
    assert problems == []
    return module


def test_the_whole_file_of_one_tunnel() -> None:
    assert swanctl_conf(_module(ROOT, "acme-clearing"), {2: Outside("198.51.100.2", "an.example.key")}) == WHOLE


def test_both_tunnels_stand_in_one_file() -> None:
    outsides = {number: Outside(f"198.51.100.{number}", "an.example.key") for number in (1, 2)}
    text = swanctl_conf(_module(ROOT, "acme-clearing"), outsides)
    assert [line.strip() for line in text.splitlines() if line.strip().startswith(("if_id_in", "ike-"))] == [
        "if_id_in = 1",
        "if_id_in = 2",
        "ike-acme-clearing-1 {",
        "ike-acme-clearing-2 {",
    ]


MODULES = [(root, path.parent.name) for root in ROOTS for path in sorted(root.glob("out/*/vpn.tf"))]


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize(("root", "partner"), MODULES, ids=[name for _, name in MODULES])
def test_every_value_is_the_modules_own(root: Path, partner: str, number: int) -> None:
    """The options of vpn.tf as text, beside what the hand-over makes of them."""
    text = (root / "out" / partner / "vpn.tf").read_text()
    asked = dict(re.findall(rf"^  tunnel{number}_(\w+) += (.*)$", text, re.MULTILINE))
    both = dict(re.findall(r"^  (\w+_ipv4_network_cidr) += \"(.*)\"$", text, re.MULTILINE))
    conf = swanctl_conf(_module(root, partner), {number: Outside(f"198.51.100.{number}", "an.example.key")})
    given = dict(re.findall(r"^ +(\w+) = (.*)$", conf, re.MULTILINE))
    first, second = int(asked["phase1_lifetime_seconds"]), int(asked["phase2_lifetime_seconds"])
    starts = "start" if asked["startup_action"] == '"add"' else "none"
    rekeys = re.findall(r"rekey_time = (\d+)s", conf)
    assert [int(each) for each in rekeys] == [first * 9 // 10, second * 9 // 10]
    assert int(given["over_time"].removesuffix("s")) == first // 10
    assert int(given["dpd_delay"].removesuffix("s")) + _given_up() == int(asked["dpd_timeout_seconds"])
    wanted = {
        "local_ts": both["local_ipv4_network_cidr"],
        "remote_ts": both["remote_ipv4_network_cidr"],
        "life_time": f"{second}s",
        "replay_window": asked["replay_window_size"],
        "dpd_action": "restart",
        "start_action": starts,
        "close_action": starts,
        "if_id_in": str(number),
        "if_id_out": str(number),
        "version": "2" if "ikev2" in asked["ike_versions"] else "1",
    }
    assert {name: given[name] for name in wanted} == wanted


def _given_up() -> float:
    """How long strongSwan waits for an answer: the sum over all tries (strongswan.conf(5), IKEv2 RETRANSMISSION)."""
    get = {name: float(value) for name, value in re.findall(r"retransmit_(\w+) = ([\d.]+)", strongswan_conf())}
    return sum(get["timeout"] * get["base"] ** number for number in range(int(get["tries"]) + 1))


@pytest.mark.parametrize(
    ("written", "instead", "line"),
    [
        (
            'phase1_encryption_algorithms    = ["AES256-GCM-16"]',
            'phase1_encryption_algorithms = ["AES128"]',
            "proposals = aes128-sha384-ecp384",
        ),
        (
            'phase1_encryption_algorithms    = ["AES256-GCM-16"]',
            'phase1_encryption_algorithms = ["AES256", "AES256-GCM-16"]',
            "proposals = aes256gcm16-prfsha384-ecp384",
        ),
        (
            "phase1_dh_group_numbers         = [20]",
            "phase1_dh_group_numbers = [2, 19, 14]",
            "proposals = aes256gcm16-prfsha384-ecp256",
        ),
        (
            'phase2_encryption_algorithms    = ["AES256-GCM-16"]',
            'phase2_encryption_algorithms = ["AES256"]',
            "esp_proposals = aes256-sha384-ecp384",
        ),
        (
            'ike_versions                    = ["ikev2"]',
            'ike_versions = ["ikev1", "ikev2"]',
            "version = 2",
        ),
        (
            'startup_action                  = "add"',
            'startup_action = "start"',
            "start_action = none",
        ),
    ],
)
def test_each_choice_is_written(tmp_path: Path, written: str, instead: str, line: str) -> None:
    folder = tmp_path / "out" / "acme-clearing"
    shutil.copytree(ROOT / "out" / "acme-clearing", folder)
    vpn = folder / "vpn.tf"
    text = vpn.read_text()
    assert f"tunnel1_{written}" in text
    vpn.write_text(text.replace(f"tunnel1_{written}", f"tunnel1_{instead}"))
    conf = swanctl_conf(_module(tmp_path, "acme-clearing"), {1: Outside("198.51.100.1", "an.example.key")})
    assert line in [each.strip() for each in conf.splitlines()]


def test_ikev1_proposes_what_it_can_do_in_phase_1(tmp_path: Path) -> None:
    """GCM in phase 1 is IKEv2's alone; in phase 2 both have it. The rule `ikev1-gcm` leaves IKEv1 one other."""
    changes = {
        'ike_versions                    = ["ikev2"]': 'ike_versions = ["ikev1"]',
        "phase1_encryption_algorithms    = [": 'phase1_encryption_algorithms = ["AES128", ',
    }
    folder = tmp_path / "out" / "acme-clearing"
    shutil.copytree(ROOT / "out" / "acme-clearing", folder)
    text = (folder / "vpn.tf").read_text()
    outside = {1: Outside("198.51.100.1", "an.example.key")}
    for number, (before, after) in enumerate(changes.items()):
        text = text.replace(f"tunnel1_{before}", f"tunnel1_{after}")
        (folder / "vpn.tf").write_text(text)
        if number == 0:
            with pytest.raises(ValueError, match="none of AES256-GCM-16"):
                swanctl_conf(_module(tmp_path, "acme-clearing"), outside)
    lines = [line.strip() for line in swanctl_conf(_module(tmp_path, "acme-clearing"), outside).splitlines()]
    assert {"version = 1", "proposals = aes128-sha384-ecp384", "esp_proposals = aes256gcm16-ecp384"} <= set(lines)
