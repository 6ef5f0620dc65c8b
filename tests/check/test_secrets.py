"""Keys in descriptors are refused and printed nowhere; what only looks long or odd is let through."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.describe.secrets import find_secrets, masked
from tests.check.corpus import ACME, BAD, LANDING_ZONE
from tests.conftest import ROOT, Natlane

KEY = "Xk29sLq81mQzPw.7"  # as AWS makes pre-shared keys
AWS_KEY = "AKIA" + "IOSFODNN7EXAMPLE"  # in two parts, so that no scanner of repositories stumbles on it
PEM = "-----BEGIN PRIVATE KEY-----\n  MIIEowIBAAKCAQEA\n  -----END PRIVATE KEY-----"

SECRETS = [
    (f"vpn: {{tunnels: {{1: {{preshared_key: {KEY}}}}}}}", KEY),
    (f"    preshared_key: '{KEY}' # of tunnel 1", KEY),
    (f'  psk1: "{KEY}"', KEY),
    ("  preshared_keys: hunter22", "hunter22"),
    ("  preshared_keys:\n    1: hunter22\n    2: hunter33\nreach: [a]", "hunter33"),
    ("  preshared_keys: [hunter22, hunter33]", "hunter33"),
    ("  preshared_keys: {1: hunter22, 2: hunter33}", "hunter33"),
    ("password: correct-horse", "correct-horse"),
    ("tags: {auth_token: letmein}", "letmein"),
    ("psk: *letmein", "letmein"),
    ("psk: !letmein x", "letmein"),
    (f"description: the PSK is {KEY}", KEY),
    (f"# psk: {KEY}", KEY),
    (f"contacts: [noc@acme.example, {KEY}]", "Xk29sLq81mQzPw"),
    (f"reach: [{AWS_KEY}]", AWS_KEY),
    (f"{AWS_KEY}: 1", AWS_KEY),
    (f"description: |\n  {PEM}\nreach: [a]", "MIIEowIBAAKCAQEA"),
    (f"tags: {{a: {'0123456789abcdef' * 2}}}", "0123456789abcdef"),
    ("partner: [" + KEY, "Xk29sLq81mQzPw"),
    ('description: "psk=sharedsecretletters"', "sharedsecretletters"),
    ("description: files over VPN, password = Sommerregenwetter", "Sommerregenwetter"),
    ("description: preshared key: sharedsecretletters", "sharedsecretletters"),
    ('contacts: ["noc@acme.example, the PSK is sommerregen"]', "sommerregen"),
    ("# passphrase: letter.letter.letter", "letter.letter.letter"),
    ("tags: {owner: Zq8.supersecretKEYvalue99}", "supersecretKEYvalue99"),
    ("tags: {Zq8.supersecretKEYvalue99: owner}", "supersecretKEYvalue99"),
    ("Zq8.supersecretKEYvalue99: owner", "supersecretKEYvalue99"),
    ("contacts: [a.b_c9Kd.02lm_QQ71zz]", "02lm_QQ71zz"),
]

INNOCENT = [
    "preshared_keys: secrets_manager",
    "preshared_keys: variables # the keys are sensitive inputs",
    'role_arn: "arn:aws:iam::111111111111:role/NetworkDeployer2Prod7a9B"',
    'kms_key_arn: "arn:aws:kms:eu-west-1:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab"',
    "key_prefix: partners",
    "transit_route_table: tgw-rtb-0bbbbbbbbbbbbbbbb",
    "service: com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718",
    "service: secretsmanager",
    "description: Tokens of ACME2024 payments, key account EMEA",
    "description: https://wiki.acme.example/Partner/Onboarding2026/VPN",
    "tags: {cost-center: CC-0815-EMEA, change: CHG0012345, keywords: a b}",
    'contacts: ["+1 555 0100", Jane.Doe2@acme.example]',
    "device: Cisco ASA 5506-X 9.16(4)",
    "# secrets are never written here",
    "description: the PSK is exchanged by phone, with the NOC",
    'description: "PSK: see the vault of the NOC"',
    "description: ask the NOC for the PSK personally",
    "description: preshared key rotates yearly",
    "# psk: kept by AWS",
    *(
        f"tags: {{a: {text}}}"
        for text in (
            '"4711"',
            "cc4711",
            "CC-4711",
            "v1.2.3",
            "noc.acme.example",
            "Noc.Acme2.example.com",
            "2026Q3",
            "2026-11-25",
            "team1",
            "prod2",
            "ACME2026",
            "eu.west.1",
            "project.alpha.2",
            "costCenter",
            "CostCenterEurope4711",
            "PartnerConnectivityPlatform",
            "acme2024terraform1state",
            "web01prod02db03cache",
            "i-0a1b2c3d4e5f60718",
            "vpc-0a1b2c3d4e5f60718",
            "release_2026_11",
            "B2B",
            "PCI.DSS.4",
            "Tier1",
            "SOC2-TypeII-2026",
            "x509",
            "ikev2",
        )
    ),
    f"description: {'long' * 200}",
]


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_secret_is_found_and_masked(text: str, secret: str) -> None:
    found = find_secrets(text)
    hidden = masked(text, found)
    assert found
    assert secret not in hidden
    assert (len(hidden), hidden.count("\n")) == (len(text), text.count("\n"))


@pytest.mark.parametrize("text", INNOCENT)
def test_innocent_text_is_let_through(text: str) -> None:
    assert find_secrets(text) == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("partners/*.yaml")), ids=lambda path: path.stem)
def test_descriptors_here_hold_none(path: Path) -> None:
    assert find_secrets(path.read_text()) == []


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_no_format_prints_it(text: str, secret: str, tmp_path: Path, natlane: Natlane) -> None:
    (tmp_path / "partners").mkdir()
    (tmp_path / LANDING_ZONE).write_text((BAD / "with" / LANDING_ZONE).read_text())
    (tmp_path / ACME).write_text(f"{(BAD / 'with' / 'acme.yaml').read_text()}{text}\n")
    for words in (("validate",), ("validate", "--format=json"), ("generate", "--format=github")):
        said = natlane(*words)
        assert said.returncode == 1
        assert "secret" in said.stdout + said.stderr
        assert secret not in said.stdout + said.stderr
        assert "Traceback" not in said.stderr
