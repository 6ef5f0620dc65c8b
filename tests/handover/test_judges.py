"""Programs that were not written here read what is written for their kind of device, and find nothing wrong."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.handover.test_vendors import CASES, rendered
from tests.handover.vendors import Vendor

_LIBRESWAN = os.environ.get(
    "NATLANE_LIBRESWAN", "/"
)  # where Debian's package is unpacked: it conflicts with strongSwan's


def _of(vendor: str) -> list[tuple[Vendor, str]]:
    return [case for case in CASES if case[0].name == vendor]


def _ids(case: tuple[Vendor, str]) -> str:
    return f"{case[0].name}-{case[1]}"


def _run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **env}
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, env=environment)


def _without_program(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(name), reason=f"{name} is not installed")


def _libreswan(program: str) -> str:
    path = os.path.join(_LIBRESWAN, "usr/libexec/ipsec", program)
    if not os.access(path, os.X_OK):
        pytest.skip("libreswan is not installed, nor unpacked in NATLANE_LIBRESWAN")
    return path


def _libraries() -> str:
    return ":".join(map(str, Path(_LIBRESWAN).glob("usr/lib/*-linux-gnu")))


@pytest.mark.parametrize("case", _of("libreswan"), ids=_ids)
def test_libreswan_reads_its_configuration(case: tuple[Vendor, str], tmp_path: Path) -> None:
    text = rendered(*case)["ipsec.conf"]
    path = tmp_path / "ipsec.conf"
    path.write_text(text)
    checked = _run(_libreswan("addconn"), "--config", str(path), "--checkconfig", LD_LIBRARY_PATH=_libraries())
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    for version, number in (("insist", "-v2"), ("no", "-v1")):
        for section in re.findall(r"^conn .*\n((?:    .*\n)+)", text, re.MULTILINE):
            if f"ikev2={version}\n" in section:
                _proposals_are_known(section, number)


def _proposals_are_known(section: str, number: str) -> None:
    """addconn takes any algorithm; its own parser of proposals does not."""
    for kind, proposal in re.findall(r"^    (ike|esp)=(.*)$", section, re.MULTILINE):
        parsed = _run(_libreswan("algparse"), number, "-pfs=yes", f"{kind}={proposal}", LD_LIBRARY_PATH=_libraries())
        assert parsed.returncode == 0, parsed.stdout + parsed.stderr
        assert "ERROR" not in parsed.stdout + parsed.stderr, parsed.stdout + parsed.stderr


@pytest.mark.parametrize("mistake", [("dh20", "dh99"), ("aes_gcm256", "aes_gcm512"), ("leftsubnet", "leftsubmet")])
def test_libreswan_finds_mistakes(mistake: tuple[str, str], tmp_path: Path) -> None:
    text = rendered(*next(case for case in _of("libreswan") if case[1] == "globex"))["ipsec.conf"].replace(*mistake)
    path = tmp_path / "ipsec.conf"
    path.write_text(text)
    checked = _run(_libreswan("addconn"), "--config", str(path), "--checkconfig", LD_LIBRARY_PATH=_libraries())
    if checked.returncode == 0:
        with pytest.raises(AssertionError):
            _proposals_are_known(text, "-v2")


def _speaking(vendor: str, file: str) -> list[str]:
    return [rendered(*case)[file].replace("AWS_AS_NUMBER", "64512") for case in _of(vendor) if file in rendered(*case)]


@_without_program("bird")
@pytest.mark.parametrize("text", _speaking("strongswan", "bird.conf"), ids=lambda text: text.split()[1])
def test_bird_reads_its_configuration(text: str, tmp_path: Path) -> None:
    (tmp_path / "bird.conf").write_text(text)
    read = _run("bird", "-p", "-c", str(tmp_path / "bird.conf"))
    assert (read.returncode, read.stdout, read.stderr) == (0, "", "")


@_without_program("vtysh")
@pytest.mark.parametrize("text", _speaking("strongswan", "frr.conf"), ids=lambda text: text.split()[1])
def test_frr_reads_its_configuration(text: str, tmp_path: Path) -> None:
    (tmp_path / "frr.conf").write_text(text)
    read = _run("vtysh", "-C", "-f", str(tmp_path / "frr.conf"))
    assert (read.returncode, read.stdout) == (0, ""), read.stdout + read.stderr


@_without_program("nft")
@_without_program("unshare")
@pytest.mark.parametrize("case", _of("strongswan"), ids=_ids)
def test_nftables_takes_its_rules(case: tuple[Vendor, str], tmp_path: Path) -> None:
    (tmp_path / "nftables.conf").write_text(rendered(*case)["nftables.conf"])
    namespace = ("unshare", "-n") if os.geteuid() == 0 else ("unshare", "-rn")
    if _run(*namespace, "true").returncode:
        pytest.skip("network namespaces cannot be made here")
    taken = _run(*namespace, "nft", "-f", str(tmp_path / "nftables.conf"))
    assert (taken.returncode, taken.stderr) == (0, "")


@pytest.mark.parametrize("case", _of("mikrotik"), ids=_ids)
def test_routeros_knows_every_command_and_parameter(case: tuple[Vendor, str], tmp_path: Path) -> None:
    """By routeros-lsp, which has RouterOS 7's own list of commands."""
    pytest.importorskip("routeros_lsp", reason="routeros-lsp is not installed")
    (tmp_path / "routeros.rsc").write_text(rendered(*case)["routeros.rsc"])
    found = _run(sys.executable, "-m", "routeros_lsp", "check", str(tmp_path / "routeros.rsc"))
    assert "no findings" in found.stdout + found.stderr, found.stdout + found.stderr


@pytest.mark.parametrize("case", _of("fortigate"), ids=_ids)
def test_fortios_has_every_table_field_and_choice(case: tuple[Vendor, str]) -> None:
    """By hfortix-fortios-stubs, which is made of FortiOS's own description of its configuration."""
    vendor, name = case
    if not _fortios_schema():
        pytest.skip("hfortix-fortios-stubs is not installed")
    for line in vendor.files[0].flat(rendered(vendor, name)["fortios.txt"]):
        tables = [each.removeprefix("config ") for each in line.split(" > ") if each.startswith("config ")]
        verb, field, *values = line.split(" > ")[-1].split()
        if verb == "set" and len(tables) == 1:
            fields = _fortios_fields(tables[0])
            if field == "as":  # a word of Python's, so the stubs cannot have it
                continue
            choices = fields.get(field.replace("-", "_"))
            assert choices is not None, f"{tables[0]} has no {field}"
            assert not choices or set(values) <= choices, (
                f"{tables[0]} {field}: {values} is not of {sorted(choices)[:40]}"
            )


def _fortios_schema() -> Path | None:
    """The folder of the stubs. Their package's name has a hyphen, so it cannot be imported."""
    for folder in (find_spec("hier_config") or find_spec("pytest")).submodule_search_locations or ():  # type: ignore[union-attr]
        found = Path(folder).parent / "hfortix_fortios-stubs" / "api" / "v2" / "cmdb"
        if found.is_dir():
            return found
    return None


@cache
def _fortios_fields(table: str) -> dict[str, set[str]]:
    """The fields of a table, each with its choices; none where it takes free text."""
    folder = _fortios_schema()
    assert folder
    path = folder.joinpath(*table.replace("-", "_").split()).with_suffix(".pyi")
    assert path.is_file(), f"FortiOS has no {table}"
    body = re.search(r"^class \w+Payload\(TypedDict.*?(?=^class |\Z)", path.read_text(), re.MULTILINE | re.DOTALL)
    assert body
    fields = re.findall(r"^    (\w+): (.*)$", body[0], re.MULTILINE)
    return {name: set(re.findall(r'"name": "([^"]+)"', kind)) for name, kind in fields}


@_without_program("terraform")
def test_terraform_has_nothing_to_form(tmp_path: Path) -> None:
    """One process for all: it names each file that it would form."""
    for vendor, name in (*_of("azure"), *_of("google-cloud")):
        folder = tmp_path / f"{vendor.name}-{name}"
        folder.mkdir()
        (folder / "main.tf").write_text(rendered(vendor, name)["main.tf"])
    formed = _run("terraform", "fmt", "-check", "-diff", "-recursive", str(tmp_path))
    assert (formed.returncode, formed.stdout) == (0, "")
