"""Tunnels come up for pairs of options that descriptors allow, and for no value that a partner mistypes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from ipaddress import IPv4Network

import pytest
from natlane.facts import aws
from natlane.network.module import Module, read_back

from tests.conftest import ROOT
from tests.lab import charon, ipsec, kernel, machine, pairs, probes
from tests.lab.cell import Cell
from tests.lab.conftest import Clock
from tests.lab.fleet import Fleet
from tests.lab.ipsec import End
from tests.lab.pairs import Pair

pytestmark = pytest.mark.lab


def _listed(group: int) -> str:
    """What strongSwan calls a group where it lists what it has: MODP_1024_160 for modp1024s160."""
    name = ipsec.GROUPS[group]
    return re.sub(r"([a-z]+)(\d+)s?(\d*)", r"\1_\2_\3", name).upper().strip("_")


# Fields of `vpn`, and what must have been agreed on: IKE's version, phase 1, phase 2.
ODD: dict[str, tuple[str, str, str, str]] = {
    "ikev1, the oldest": (
        "ike_versions: [ikev1], phase1: {encryption: [AES128], integrity: [SHA1], dh_groups: [2]},"
        " phase2: {encryption: [AES128], integrity: [SHA1], dh_groups: [2]}",
        *("IKEv1", "AES_CBC-128/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024", "AES_CBC-128/HMAC_SHA1_96/MODP_1024"),
    ),
    "ikev1, several of each": (
        "ike_versions: [ikev1], phase1: {encryption: [AES128, AES256-GCM-16, AES256], integrity: [SHA1, SHA2-256],"
        " dh_groups: [2, 14, 19]}, phase2: {encryption: [AES128, AES256], integrity: [SHA1, SHA2-512],"
        " dh_groups: [5, 21]}",
        *("IKEv1", "AES_CBC-256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/ECP_256", "AES_CBC-256/HMAC_SHA2_512_256/ECP_521"),
    ),
    "ikev1, GCM in phase 2": (
        "ike_versions: [ikev1], phase1: {encryption: [AES256], integrity: [SHA2-384], dh_groups: [20]}",
        *("IKEv1", "AES_CBC-256/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/ECP_384", "AES_GCM_16-256/ECP_384"),
    ),
    "ikev1, dead peers cleared": (
        "ike_versions: [ikev1], dpd: {action: clear, timeout: 90},"
        " phase1: {encryption: [AES256], integrity: [SHA2-512]}",
        *("IKEv1", "AES_CBC-256/HMAC_SHA2_512_256/PRF_HMAC_SHA2_512/ECP_384", "AES_GCM_16-256/ECP_384"),
    ),
    "both versions": (
        "ike_versions: [ikev1, ikev2]",
        *("IKEv2", "AES_GCM_16-256/PRF_HMAC_SHA2_384/ECP_384", "AES_GCM_16-256/ECP_384"),
    ),
    "AWS starts, both versions": (
        "ike_versions: [ikev1, ikev2], startup_action: start",
        *("IKEv2", "AES_GCM_16-256/PRF_HMAC_SHA2_384/ECP_384", "AES_GCM_16-256/ECP_384"),
    ),
    "AWS starts, several of each": (
        "startup_action: start, phase1: {encryption: [AES128, AES256-GCM-16], integrity: [SHA1, SHA2-512],"
        " dh_groups: [2, 14, 20]}, phase2: {encryption: [AES128-GCM-16, AES256], dh_groups: [14, 16]}",
        *("IKEv2", "AES_GCM_16-256/PRF_HMAC_SHA2_512/ECP_384", "AES_CBC-256/HMAC_SHA2_384_192/MODP_4096"),
    ),
    "all that AWS has": (
        f"ike_versions: [ikev1, ikev2], phase1: {{encryption: [{', '.join(aws.ENCRYPTION)}],"
        " dh_groups: [14, 15, 16, 21]},"
        f" phase2: {{integrity: [{', '.join(aws.INTEGRITY)}], encryption: [AES128, AES256]}}",
        *("IKEv2", "AES_GCM_16-256/PRF_HMAC_SHA2_384/ECP_521", "AES_CBC-256/HMAC_SHA2_512_256/ECP_384"),
    ),
    "GCM with SHA1 for keys": (
        "phase1: {encryption: [AES128-GCM-16], integrity: [SHA1], dh_groups: [14]},"
        " phase2: {encryption: [AES128-GCM-16]}",
        *("IKEv2", "AES_GCM_16-128/PRF_HMAC_SHA1/MODP_2048", "AES_GCM_16-128/ECP_384"),
    ),
    "dead peers kept": (
        "dpd: {action: none, timeout: 3600}, replay_window: 64",
        *("IKEv2", "AES_GCM_16-256/PRF_HMAC_SHA2_384/ECP_384", "AES_GCM_16-256/ECP_384"),
    ),
    "short lives, wide window": (
        "phase1: {lifetime: 901}, phase2: {lifetime: 900}, rekey: {margin: 60, fuzz: 1}, replay_window: 2048",
        *("IKEv2", "AES_GCM_16-256/PRF_HMAC_SHA2_384/ECP_384", "AES_GCM_16-256/ECP_384"),
    ),
    "another tunnel 2": (
        "tunnels: {2: {ike_versions: [ikev1], phase1: {encryption: [AES256], dh_groups: [16]},"
        " phase2: {dh_groups: [15]}}}",
        *("IKEv1", "AES_CBC-256/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/MODP_4096", "AES_GCM_16-256/MODP_3072"),
    ),
    "one address each": (
        "selectors: {ours: 10.200.12.0/27, theirs: 192.168.112.7/32}, policy_based: true",
        *("IKEv2", "AES_GCM_16-256/PRF_HMAC_SHA2_384/ECP_384", "AES_GCM_16-256/ECP_384"),
    ),
}
for _group in aws.PHASE2_DH_GROUPS:
    _first = _group if _group in aws.PHASE1_DH_GROUPS else 14
    ODD[f"group {_group}"] = (
        f"phase1: {{dh_groups: [{_first}]}}, phase2: {{dh_groups: [{_group}]}}",
        *("IKEv2", f"AES_GCM_16-256/PRF_HMAC_SHA2_384/{_listed(_first)}", f"AES_GCM_16-256/{_listed(_group)}"),
    )

KINDS = {"static": "acme-clearing", "BGP": "hooli", "transit gateway": "tyrell", "policy-based": "initech"}
NARROW = IPv4Network("10.99.0.0/27")  # nobody's
MISTAKES = {
    "key": ("AUTH_FAILED", r'secret = "an\.', 'secret = "no.'),
    "version": ("NO_PROP|INVALID_MAJOR|unable to", r"version = 2", "version = 1"),
    "phase 1": ("NO_PROP|INVAL_KE", r"( proposals = .*)-\w+\n", r"\1-ecp256\n"),
    "phase 2": ("NO_PROP", r"(esp_proposals = ).*-(\w+)\n", r"\1aes128-sha1-\2\n"),
    "selector": ("TS_UNACCEPT", r"remote_ts = .*", f"remote_ts = {NARROW}"),
}
LATER = ("phase 2 group", r"(esp_proposals = .*)-\w+\n", r"\1-ecp256\n")


@pytest.fixture(scope="module")
def odd_root(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A root of the odd descriptors, generated."""
    if reason := machine.without_ipsec():
        pytest.skip(reason)
    root = tmp_path_factory.mktemp("odd")
    (root / "partners").mkdir()
    (root / "landing-zone.yaml").write_text((ROOT / "landing-zone.yaml").read_text())
    for index, (fields, *_) in enumerate(ODD.values()):
        (root / "partners" / f"p{index}.yaml").write_text(
            f"partner: p{index}\nnat_cidr: 10.200.{index}.0/27\npartner_cidrs: [192.168.{100 + index}.7/32]\n"
            f"reach: [a]\nvpn: {{customer_gateway: {{ip: 203.0.113.{100 + index}, asn: 65000}}, {fields}}}\n"
        )
    command = [sys.executable, "-m", "natlane", "--root", str(root), "generate"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "generator"), "NATLANE_CACHE_DIR": str(root / "cache")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return str(root)


@pytest.fixture(scope="module")
def made(odd_root: str) -> dict[str, Module]:
    """The modules that natlane makes of the odd descriptors, by their names in the table."""
    return {name: read_back(odd_root, f"p{index}")[0] for index, name in enumerate(ODD)}


@pytest.fixture(scope="module")
def up(golden: Fleet, odd_root: str, made: dict[str, Module], shared_cell: Cell, clock: Clock) -> dict[str, Pair]:
    """Every pair started, odd and mistyped."""
    held: dict[str, Pair] = {}
    for index, (name, module) in enumerate(made.items()):
        held[name] = pairs.pair(f"p{index}", module, odd_root, 2 if "tunnel 2" in name else 1)
    for index, partner in enumerate(KINDS.values()):
        for number, (mistake, before, after) in enumerate(_mistakes()):
            whole = pairs.pair(f"m{index}{number}", golden.modules[partner], golden.root)
            conf, count = re.subn(before, after, whole.theirs.conf)
            assert count == 1, f"{mistake}: {before} is not once in {whole.theirs.conf}"
            held[f"{partner}, {mistake}"] = replace(whole, theirs=replace(whole.theirs, conf=conf))
    layout, routers = pairs.draw(held.values())
    shared_cell(kernel.build, layout)
    for each in held.values():  # kernel-libipsec takes a narrowed policy only where it has an address of it
        shared_cell(kernel.ip, each.aws.space, f"addr add {NARROW[0]}/32 dev out")
    shared_cell(charon.start, [end for each in held.values() for end in _ends(each)], routers)
    return held


def _mistakes() -> list[tuple[str, str, str]]:
    return [*((name, before, after) for name, (_, before, after) in MISTAKES.items()), LATER]


def _ends(pair: Pair) -> tuple[End, End]:
    return pair.aws, pair.theirs


def _answered(cell: Cell, pair: Pair) -> bool:
    return bool(cell(probes.ask, [pair.ping], [0])[0].answered)


@pytest.mark.parametrize("name", ODD)
def test_what_descriptors_allow_comes_up(shared_cell: Cell, up: dict[str, Pair], name: str) -> None:
    """With the strongest that both have, though the AWS end prefers the weakest; and it is kept at a rekey."""
    pair, (_, version, first, second) = up[name], ODD[name]
    if name.startswith("group "):
        group = second.rpartition("/")[2]
        if not re.search(rf"\b{group}\b", shared_cell(charon.swanctl, pair.theirs.space, "--list-algs")):
            pytest.skip(f"this strongSwan has no {group}")
    shared_cell(charon.wait_until_up, [end.space for end in _ends(pair)])
    assert _answered(shared_cell, pair)
    shared_cell(charon.swanctl, pair.theirs.space, "--rekey", "--child", pair.connection)
    wanted = rf", {version},[^#]*^  {first}$[^#]*(#\d.*, (REKEY|DELET)[^#]*)*#\d.* INSTALLED, .*ESP:{second}$"
    assert re.search(wanted, listed := shared_cell(charon.listed, pair.theirs.space, wanted), re.MULTILINE), listed


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("kind", KINDS)
def test_what_the_partner_mistypes_brings_no_tunnel_up(
    golden: Fleet, shared_cell: Cell, up: dict[str, Pair], kind: str, mistake: str
) -> None:
    """Where AWS's selector is anywhere, a wrong one comes up, narrowed, and carries nothing of what it should."""
    pair = up[f"{KINDS[kind]}, {mistake}"]
    if mistake == "selector" and not pair.vpn.ours.prefixlen:
        shared_cell(charon.wait_until_up, [pair.theirs.space])
    else:
        assert shared_cell(charon.wait_for_words, pair.theirs.space, MISTAKES[mistake][0])
        assert not any(shared_cell(charon.is_up, end.space) for end in _ends(pair))
    assert not shared_cell(probes.ask, [pair.ping], [])[0].answered


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_phase_2_group_shows_at_the_first_rekey_only(shared_cell: Cell, up: dict[str, Pair], kind: str) -> None:
    """The first keys of a tunnel come with IKE's own exchange, so that the group is not tried before."""
    pair = up[f"{KINDS[kind]}, {LATER[0]}"]
    shared_cell(charon.wait_until_up, [end.space for end in _ends(pair)])
    assert _answered(shared_cell, pair)
    shared_cell(charon.swanctl, pair.theirs.space, "--rekey", "--child", pair.connection)
    assert shared_cell(charon.wait_for_words, pair.theirs.space, "NO_PROP")


def test_a_dead_tunnel_is_noticed_within_the_descriptors_time(golden: Fleet, clock: Clock) -> None:
    """By the hand-over's own files, nothing about dead peers laid over them. Last, for it takes its time."""
    timeout = golden.partners["acme-clearing"].vpn.customer_gateways[0].tunnels["1"].dpd.timeout
    clock.cell(charon.wait_until_down, [clock.space], timeout + 5)
    assert timeout / 2 < clock.cell(charon.went_down, clock.space) - clock.cut < timeout + 2
