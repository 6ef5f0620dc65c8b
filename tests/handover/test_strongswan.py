"""A module's swanctl.conf, whole, and how each choice of algorithms is written in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator.handover.strongswan import Outside, swanctl_conf
from generator.prove.module import Module, read_back
from tests.conftest import ROOT

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
        dpd_timeout = 30s
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
            'phase1_encryption_algorithms = ["AES256-GCM-16", "AES256"]',
            "proposals = aes256gcm16-prfsha384-ecp384, aes256-sha384-ecp384",
        ),
        (
            "phase1_dh_group_numbers         = [20]",
            "phase1_dh_group_numbers = [14, 19]",
            "proposals = aes256gcm16-prfsha384-modp2048-ecp256",
        ),
        (
            'phase2_encryption_algorithms    = ["AES256-GCM-16"]',
            'phase2_encryption_algorithms = ["AES256"]',
            "esp_proposals = aes256-sha384-ecp384",
        ),
        (
            'ike_versions                    = ["ikev2"]',
            'ike_versions = ["ikev1"]',
            "version = 1",
        ),
        (
            'ike_versions                    = ["ikev2"]',
            'ike_versions = ["ikev1", "ikev2"]',
            "version = 0",
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
