"""One attack: a YAML file that says what lies in a root, and the transcript of what natlane then says.

put:    path -> text, or {bytes: hex}, {link: target}, {folder: ""}; null takes a path away
        or {first: text, repeat: text, times: number}
add:    path -> text that is put at a file's end
edit:   path -> [[old, new], ...], each old text being there once
git:    true: all is committed; or a list of settings for .git/config as [name, value]
run:    calls of natlane; `{root}` is the folder, `{dots}` a text of 5,000 dots
keeps:  paths whose content must be as it was; beside these, nothing called RAN may exist anywhere
"""

from __future__ import annotations

import io
import os
import shlex
import shutil
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, Final

import yaml
from natlane.cli import main

from tests.conftest import ROOT

FOLDER: Final = Path(__file__).parent
ATTACKS: Final = sorted(FOLDER.glob("*/*.yaml"))
PARTNERS: Final = ("acme-clearing", "globex")


def victim(folder: Path) -> None:
    """A root of two partners, generated."""
    shutil.copy(ROOT / "landing-zone.yaml", folder)
    (folder / "partners").mkdir()
    for name in PARTNERS:
        shutil.copy(ROOT / "partners" / f"{name}.yaml", folder / "partners")
        shutil.copytree(ROOT / "out" / name, folder / "out" / name)


def transcript(path: Path, folder: Path) -> str:
    """What natlane says to an attack, which is carried out in an empty folder."""
    attack = yaml.safe_load(path.read_text(encoding="utf-8"))
    victim(folder)
    carry_out(attack, folder)
    kept = {each: (folder / each).read_bytes() for each in attack.get("keeps", ())}
    said = "".join(_answer(folder, call) for call in attack["run"])
    for each, content in kept.items():
        assert (folder / each).read_bytes() == content, f"{each} was changed"
    ran = [str(each) for each in folder.rglob("RAN")]
    assert not ran, "the attack ran a program"
    return said


def carry_out(attack: dict[str, Any], folder: Path) -> None:
    """Make the root what the attack says."""
    if "git" in attack:
        _git(folder, "init", "--quiet", "--initial-branch=main")
        _commit(folder)
    for name, content in attack.get("put", {}).items():
        _put(folder / name, content, folder)
    for name, more in attack.get("add", {}).items():
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text + more, encoding="utf-8")
    for name, edits in attack.get("edit", {}).items():
        text = (folder / name).read_text(encoding="utf-8")
        for old, new in edits:
            assert text.count(old) == 1, f"{name} holds {old!r} {text.count(old)} times"
            text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
    if attack.get("git") is True:
        _commit(folder)
    for name, value in attack["git"] if isinstance(attack.get("git"), list) else ():
        _git(folder, "config", name, value.replace("{root}", str(folder)))


def _put(path: Path, content: Any, root: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir() and (content is None or "link" in content):
        shutil.rmtree(path)
    if content is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, str):
        path.write_text(content.replace("{root}", str(root)), encoding="utf-8")
    elif "bytes" in content:
        path.write_bytes(bytes.fromhex(content["bytes"]))
    elif "link" in content:
        path.symlink_to(content["link"])
    elif "repeat" in content:
        path.write_text(content.get("first", "") + content["repeat"] * content["times"], encoding="utf-8")
    else:
        path.mkdir()


def _answer(folder: Path, call: str) -> str:
    words = [word.replace("{root}", str(folder)).replace("{dots}", "." * 5_000) for word in shlex.split(call)]
    stdout, stderr = io.StringIO(), io.StringIO()
    with redirect_stdout(stdout), redirect_stderr(stderr):
        try:
            code = main(["--root", str(folder), *words])
        except SystemExit as ended:
            code = int(ended.code or 0)
    parts = [f"$ natlane {call}\n", stdout.getvalue(), stderr.getvalue(), f"exit code {code}\n\n"]
    return "".join(parts).replace(str(folder), "ROOT")


def _commit(folder: Path) -> None:
    _git(folder, "add", "--all", "--force")
    _git(
        folder,
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@acme.example",
        "commit",
        "--quiet",
        "--allow-empty",
        "--message=x",
    )


def _git(folder: Path, *words: str) -> None:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", "-C", str(folder), *words], check=True, env=environment, capture_output=True)
