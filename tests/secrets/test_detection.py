"""Keys in descriptors are refused and never printed; text that only looks long or odd is let through."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from natlane.output.problems import FORMATS, print_problems
from natlane.problems import Problem
from natlane.secrets.detection import find_secrets, masked, without_secrets

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
    # announced, whatever letters they have
    ("description: psk=sharedsecretletters", "sharedsecretletters"),
    ("description: pre-shared-key = sharedsecretletters", "sharedsecretletters"),
    ('description: "Pre Shared Key: sharedsecretletters"', "sharedsecretletters"),
    ('description: "preshared_key:sharedsecretletters."', "sharedsecretletters"),
    ('description: "the key: swordfish"', "swordfish"),
    ("description: key=swordfish", "swordfish"),
    ("description: KEY is swordfish1", "swordfish1"),
    ("description: the passphrase is swordfish1", "swordfish1"),
    ("description: the key psk=swordfish", "swordfish"),
    ("description: passwd=12345678, tunnel 1", "12345678"),
    ("# secret => swordfish for both tunnels", "swordfish"),
    ("description: psk=swordfish for both tunnels", "swordfish"),
    ('description: "PSK: sharedsecretletters for both tunnels"', "sharedsecretletters"),
    ("description: the PSK of tunnel 1 is swordfish1", "swordfish1"),
    ('description: "PSK (tunnel 2): hunter22"', "hunter22"),
    ("description: psk sharedsecret4letters", "sharedsecret4letters"),
    # the whole of a field's value
    ("psk: ab#cd|ef", "ef"),
    ("psk: abc, def # of both", "def"),
    ('psk: "open ended', "open ended"),
    ("psk: first\n  second\nreach: [a]", "second"),
    ("{passphrase: correct horse battery staple}", "staple"),
    # where a key of YAML stands
    ("hunter2hunter2: 1", "hunter2hunter2"),
    ("tags: {Zq8.supersecretKEYvalue99: x}", "supersecret"),
    ("tags: {psk=sharedsecretletters: x}", "sharedsecretletters"),
    ('"Passw0rd.2026": 1', "Passw0rd"),
]

DIGITS = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
MEASURED = DIGITS + DIGITS[:32]
CANONICAL = f'{{"Statement": [{{"Principal": {{"CanonicalUser": "{DIGITS}"}}}}]}}'
SECRETS += [
    (CANONICAL.replace("CanonicalUser", "AWS"), DIGITS),
    (CANONICAL.replace(DIGITS, KEY), KEY.partition(".")[0]),
    (f"tags: {{CanonicalUser: {DIGITS}}}", DIGITS),
]
INNOCENT = [
    f"policy: '{CANONICAL}'",
    "policy: " + CANONICAL.replace(f'"{DIGITS}"', f'["{DIGITS}", "{DIGITS[::-1]}"]').join("''"),
    'policy: "' + CANONICAL.replace('"', '\\"') + '"',
    "policy: >-\n  " + CANONICAL.replace(": ", ":\n    "),
    f"policy: '{CANONICAL.replace('CanonicalUser', 's3:x-amz-content-sha256')}'",
    f"policy: '{CANONICAL.replace('CanonicalUser', 'kms:RecipientAttestation:PCR0').replace(DIGITS, MEASURED)}'",
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
            "web01-prod02-db03",
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
    "description: cluster eu1prod2k8s4",
    "tags: {owner-key: team42network}",
    "tags: {cost_key: team42network}",
    'description: "PSK: exchanged by phone"',
    "description: |\n  PSK: exchanged by phone\n  preshared key: see vault",
    'description: "Pre-shared key: Exchanged verbally"',
    'contacts: ["password: ask Jane"]',
    "description: the PSK is confidential",
    "description: the PSK is Janes business",
    "description: psk stewardship",
    "description: the pre-shared key is exchanged by phone.",
    "description: The key is customer managed",
    "description: ask the NOC for the PSK personally",
    "description: PSK authentication",
    "description: from the secret PRESHARED_KEYS of both, or the secret NETWORKPARTNERS of one",
    "preshared_key = var.tunnel1_preshared_key",
    "description: key stakeholders and their representatives",
    "description: Our secret is https://vault.acme.example/v1/partners/acme",
    'description: "PSK: https://vault.acme.example/v1/acme"',
    'description: "key: arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"',
    'description: "secret: network/partners/acme1/psk"',
    'description: "PSK: noc@acme.example"',
    'tags: {secret: "arn:aws:secretsmanager:eu-west-1:111111111111:secret:acme-AbC123"}',
    "tags: {kms-key: alias-production, monkey: bananaboat}",
    'description: "Monkey: bananas; tokens: confidential"',
]


def _words(text: str) -> list[str]:
    return text.split()


# Whole values, of the letters that a pre-shared key may have.
NAMES = _words("""
    4711 CC-4711 cc4711 111111111111 v1.2.3 v10.20.30.rc1 noc.acme.example vpn01.lon2.acme.example 2026-01-15 20260115
    20260115T093000Z 2026Q3 FY2026Q3 fy2026q3 team1 prod2 ACME2026 acme2026 eu.west.1 eu_west_1 project.alpha.2
    costCenter CostCenter2026 costCenter4711 VPCEndpointPolicy ACMEPayments2026 vpc-0abc1234def567890 0abc1234def567890
    tgw-rtb-0bbbbbbbbbbbbbbbb transfer.server secretsmanager secrets_manager_v2 password_policy_v2 secretariat2
    strongswan Windows2019R2 FortiGate60F.v7.2.5 FGT60FTK19000001 Z1D633PJN98FT9 CHG0012345 INC0012345
    c5n.18xlarge i3en.metal route53resolver IPv4Only IPv6IKEv2 IKEv2Aes256 SHA2_512 x86_64 ubuntu22.04 vpc1subnet2
    site1fw2 dc1rack12 Acme_Site1_Fw2 Lon1.Fw2.Dc3.Az1 b2bGateway pdf2markdown upskill2026 173a8ec 10.181.0.0
    correct.horse.battery.staple Team.Payments.EMEA BusinessUnit42 virtual_private_gateway tgw.internal.2 Q3Review2026
""")
KEYS = _words("""
    Zq8.supersecretKEYvalue99 hunter2hunter2 a.b_c9Kd.02lm_QQ71zz Xk29sLq81mQzPw.7 Zq8.vTn3_wXk7RbL2mPd9sHc4
    aB3dE6gH Tr0ub4dor3x9 Summer2024Winter2025 swordfish1dolphin2 Passw0rd Passw0rd.2026 passw0rd1 p4ssw0rd S3cr3tK3y
    mySecret2026 supersecret1 sharedkey123 Pr3sharedK3y l3tm31n99 letmein1 changeme1 qwerty12345 acmePSK2026 acmepsk2026
    k3j9x2m4q8w7e1r5 uC4vN8sB1xZ6tR0yW3qE _7fKq2Lm9.Xw3Rt5Zb8Vn1Hs4Jd6Gp0Yc
    9f8A7b6C5d4E3f2G ab12CD34ef56GH78 x9.K2m_4Qz.8Rw
""")
# Descriptors, what rules say of bad ones, and what the pages show.
HERE = [
    *sorted(ROOT.glob("partners/*.yaml")),
    *sorted(path for path in BAD.rglob("*.yaml") if path.name != "secret.yaml"),
    ROOT / "docs" / "rules.md",
]
# Where a word may be a whole value, or stand.
PLACES = [
    "description: {}",
    "tags: {{owner: {}}}",
    "tags: {{owner: '{}', a: b}}",
    'contacts:\n  - "{}"',
    "{}: 1",
    "description: |\n  {}",
    "# {}",
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


def test_a_table_has_many_words() -> None:
    assert len(NAMES) >= 40
    assert len(KEYS) >= 25


@pytest.mark.parametrize("name", NAMES)
def test_a_name_passes_wherever_it_stands(name: str) -> None:
    assert [place for place in PLACES if find_secrets(place.format(name))] == []


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_masked_wherever_it_stands(key: str) -> None:
    assert [place for place in PLACES if key in without_secrets(place.format(key))] == []


@pytest.mark.parametrize("how", FORMATS)
def test_no_problem_shows_what_looks_like_a_secret(how: str, tmp_path: Path) -> None:
    problem = Problem("any", "error", "a", 0, 0, "tags.hunter2hunter2", "no `Passw0rd.2026`", "psk=sharedsecretletters")
    shown = io.StringIO()
    print_problems(str(tmp_path), [problem], how, shown)
    for secret in ("hunter2", "Passw0rd", "sharedsecret"):
        assert secret not in shown.getvalue()


@pytest.mark.parametrize("path", HERE, ids=lambda path: path.stem)
def test_files_here_hold_none(path: Path) -> None:
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
