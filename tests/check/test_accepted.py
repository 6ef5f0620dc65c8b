"""Accepted warnings are no longer printed but counted, and an acceptance settles nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Natlane

AGREED = "accepted: [{code: CODE, reason: agreed with the partner}]\n"
# What is added to which file of this repository, and what validate then tells.
WARNINGS = {
    "hooli": ["bgp-announces-more"],
    "initech": ["preshared-keys-in-state"],
    "wonka": ["preshared-keys-in-state", "zone-single"],
}
SETTLED = 3  # what this repository's own descriptors accept: endpoints without a policy
CASES: dict[tuple[str, str], tuple[dict[str, list[str]], int]] = {
    ("partners/hooli.yaml", "bgp-announces-more"): ({**WARNINGS, "hooli": []}, 1),
    ("partners/wonka.yaml", "preshared-keys-in-state"): ({**WARNINGS, "wonka": ["zone-single"]}, 1),
    ("landing-zone.yaml", "preshared-keys-in-state"): ({**WARNINGS, "initech": [], "wonka": ["zone-single"]}, 2),
    # Settles nothing, and says so.
    ("partners/hooli.yaml", "zone-single"): ({**WARNINGS, "hooli": ["bgp-announces-more", "accepted-stale"]}, 0),
    # No error can be accepted.
    ("partners/hooli.yaml", "vpc-unknown"): ({**WARNINGS, "hooli": ["bgp-announces-more", "accepted-unknown"]}, 0),
}


@pytest.mark.parametrize(("path", "code"), CASES, ids=lambda word: word)
def test_what_stands_after_an_acceptance(path: str, code: str, root: Path, natlane: Natlane) -> None:
    told, accepted = CASES[path, code]
    file = root / path
    file.write_text(file.read_text() + AGREED.replace("CODE", code))
    done = natlane("validate", "--format", "json", cwd=root)
    said = json.loads(done.stdout)
    found: dict[str, list[str]] = {name: [] for name in WARNINGS}
    for each in said["problems"]:
        found.setdefault(Path(each["path"]).stem, []).append(each["code"])
    assert {name: sorted(codes) for name, codes in found.items()} == {n: sorted(codes) for n, codes in told.items()}
    assert len(said["accepted"]) == SETTLED + accepted
    assert f", {SETTLED + accepted} accepted" in done.stderr
    assert done.returncode == int(code == "vpc-unknown")


def test_strict_and_quiet(root: Path, natlane: Natlane) -> None:
    strict = natlane("validate", "--strict", "--quiet", cwd=root)
    assert (strict.returncode, strict.stdout) == (1, "")
    assert strict.stderr == "natlane: 9 of 9 partners have no error of their own; 0 errors, 4 warnings, 3 accepted\n"
    ours = root / "landing-zone.yaml"
    codes = {code for codes in WARNINGS.values() for code in codes}
    agreed = ", ".join(f"{{code: {code}, reason: known}}" for code in sorted(codes))
    ours.write_text(f"{ours.read_text()}accepted: [{agreed}]\n")
    settled = natlane("validate", "--strict", cwd=root)
    assert (settled.returncode, settled.stdout) == (0, "")
    assert settled.stderr.endswith("0 errors, 0 warnings, 7 accepted\n")


@pytest.mark.parametrize(
    "words", [("generate",), ("generate", "--check"), ("show", "wonka"), ("handover", "wonka")], ids=" ".join
)
def test_strict_and_quiet_are_alike_in_every_command(words: tuple[str, ...], root: Path, natlane: Natlane) -> None:
    before = (root / "out" / "wonka" / "vpn.tf").read_text()
    wonka = root / "partners" / "wonka.yaml"
    if words == ("generate",):
        wonka.write_text(wonka.read_text().replace("192.168.110.10/32", "192.168.110.11/32"))
    strict = natlane(*words, "--strict", cwd=root)
    assert strict.returncode == 1
    assert "[warning: zone-single]" in strict.stderr
    assert (root / "out" / "wonka" / "vpn.tf").read_text() == before
    quiet = natlane(*words, "--quiet", cwd=root)
    assert quiet.returncode == 0
    assert "[warning" not in quiet.stderr


def test_show_tells_of_its_partner_only(root: Path, natlane: Natlane) -> None:
    said = natlane("show", "wonka", cwd=root).stderr
    assert "partners/wonka.yaml" in said
    assert "partners/hooli.yaml" not in said


def test_verify_has_them_too(root: Path, natlane: Natlane) -> None:
    outputs = root / "out" / "globex" / "outputs.tf"
    outputs.write_text(outputs.read_text().replace('output "nat_addresses"', 'output "addresses"'))
    for words, code, told in (((), 0, True), (("--quiet",), 0, False), (("--strict",), 1, True)):
        ran = natlane("verify", "globex", *words, cwd=root)
        assert (ran.returncode, "[warning: proof-unstated]" in ran.stdout) == (code, told)


def test_an_acceptance_is_not_stale_while_errors_hide_warnings(root: Path, natlane: Natlane) -> None:
    wonka = root / "partners" / "wonka.yaml"
    text = wonka.read_text().replace("10.187.0.0/28", "10.187.0.0/29")
    wonka.write_text(text + AGREED.replace("CODE", "zone-single"))
    told = json.loads(natlane("validate", "wonka", "--format", "json", cwd=root).stdout)["problems"]
    assert "accepted-stale" not in {each["code"] for each in told}
    assert "block-size" in {each["code"] for each in told}


def test_generate_tells_the_warnings_of_what_it_changes(root: Path, natlane: Natlane) -> None:
    quiet = natlane("generate", cwd=root)
    assert quiet.stderr == "natlane: out/ is what the descriptors say; natlane validate has 4 more warnings\n"
    wonka = root / "partners" / "wonka.yaml"
    wonka.write_text(wonka.read_text().replace("192.168.110.10/32", "192.168.110.11/32"))
    for words in (("generate", "--check"), ("generate", "globex", "--check"), ("generate",)):
        said = natlane(*words, cwd=root).stderr
        assert ("zone-single" in said) == ("globex" not in words)
        assert "bgp-announces-more" not in said
        assert f"; natlane validate has {4 if 'globex' in words else 2} more warnings" in said


@pytest.mark.parametrize("reason", ['""', '" "', '"\\n"'])
def test_an_acceptance_without_a_reason_is_refused(reason: str, root: Path, natlane: Natlane) -> None:
    file = root / "partners/hooli.yaml"
    file.write_text(f"{file.read_text()}accepted: [{{code: bgp-announces-more, reason: {reason}}}]\n")
    done = natlane("validate", cwd=root)
    assert done.returncode == 1
    assert "accepted[0].reason" in done.stdout
