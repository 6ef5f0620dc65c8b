"""A key that someone writes into a descriptor is refused, and appears nowhere: not in out/, a message or the cache."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT, Natlane

pytestmark = pytest.mark.slow

SECRET = "Zq8.vTn3_wXk7RbL2mPd9sHc4"
DESCRIPTOR = (ROOT / "partners" / "initech.yaml").read_text()

# Every scalar of a full descriptor, one after the other, becomes or gains the secret.
SCALAR = re.compile(r"(?m)(?:(?<=[:,] )|(?<=[\[{]))([\w./+-]+|\"[^\"]*\")(?=[,\]}\n])")
SCALARS = [match.span(1) for match in SCALAR.finditer(DESCRIPTOR)]
PLANTED = {
    f"scalar {index}": DESCRIPTOR[:start] + SECRET + DESCRIPTOR[end:] for index, (start, end) in enumerate(SCALARS)
}
PLANTED |= {
    "unknown field": DESCRIPTOR + f"psk: {SECRET}\n",
    "unknown field of a tunnel": DESCRIPTOR.replace("1: {inside", f"1: {{preshared_key: {SECRET}, inside"),
    "key of a mapping": DESCRIPTOR + f"{SECRET}: 1\n",
    "key of a tag": DESCRIPTOR.replace("owner: trading", f"{SECRET}: trading"),
    "unknown field of the VPN": DESCRIPTOR.replace("  policy_based: true", f"  {SECRET}: true"),
    "comment": DESCRIPTOR + f"# the pre-shared key is {SECRET}\n",
    "tag": DESCRIPTOR.replace("owner: trading", f"password: {SECRET}"),
    "broken YAML": DESCRIPTOR + f"psk: [{SECRET}\n",
    "description": DESCRIPTOR.replace("order and invoice exchange", f"key {SECRET}"),
}


def _everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_full_descriptor_has_many_places_to_plant_in() -> None:
    assert len(SCALARS) > 40


@pytest.mark.parametrize("where", PLANTED)
def test_a_planted_secret_is_refused_and_shown_nowhere(
    where: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from natlane.cli import main

    (root / "partners" / "initech.yaml").write_text(PLANTED[where])
    for words in (
        ["validate"],
        ["validate", "--format", "json"],
        ["validate", "--format", "github"],
        ["generate"],
        ["generate", "--format", "json"],
        ["show", "initech"],
    ):
        code = main(["--root", str(root), *words])
        shown = capsys.readouterr()
        assert code == 1, words
        assert SECRET not in shown.out + shown.err, words
    assert SECRET.encode() not in _everything(root / "out")
    assert SECRET.encode() not in _everything(Path(os.environ["NATLANE_CACHE_DIR"]))


@pytest.mark.parametrize("key", ["hunter2hunter2", "Zq8.supersecretKEYvalue99", "psk=sharedsecretletters"])
@pytest.mark.parametrize("how", ["text", "json", "github"])
def test_a_secret_is_shown_by_no_format_where_a_key_stands(
    key: str, how: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from natlane.cli import main

    unknown = f"{key}: 1\n"
    (root / "partners" / "initech.yaml").write_text(DESCRIPTOR.replace("owner: trading", f"{key}: trading") + unknown)
    for word in ("validate", "generate", "impact"):
        base = ["--base", str(root)] if word == "impact" else []
        assert main(["--root", str(root), word, *base, "--format", how]) == 1
        shown = capsys.readouterr()
        assert "secret" in shown.out + shown.err
        assert key.removeprefix("psk=") not in shown.out + shown.err


def test_keys_by_variables_reach_no_file(root: Path, natlane_process: Natlane) -> None:
    env = {"TF_VAR_tunnel1_preshared_key": SECRET, "TF_VAR_tunnel2_preshared_key": SECRET}
    (root / "out" / "initech" / "secret.tfvars").write_text(f'tunnel1_preshared_key = "{SECRET}"\n')
    for words in (["generate"], ["verify", "initech"], ["impact", "--base", str(root)]):
        done = natlane_process(*words, cwd=root, **env)
        assert done.returncode == 0, done.stderr
        assert SECRET not in done.stdout + done.stderr
    (root / "out" / "initech" / "secret.tfvars").unlink()
    assert SECRET.encode() not in _everything(root)
    assert SECRET.encode() not in _everything(Path(os.environ["NATLANE_CACHE_DIR"]))
