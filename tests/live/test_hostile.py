"""Recordings that somebody else wrote: what a command makes of wrong shapes and hostile texts."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from natlane.live.accounts import LiveAccount
from natlane.live.snapshot import Snapshot, write_recording

from tests.aws.fake import FakeAws
from tests.aws.replay import replay
from tests.hostile import changed
from tests.live.conftest import Run
from tests.live.connections import connect
from tests.live.handmade import make_by_hand

Count = Callable[[str, object], None]
WORDS = {
    "discover": ("discover",),
    "adopt": ("adopt", "{vpc}", "--as", "massive"),
    "drift": ("drift", "globex", "acme-clearing"),
    "status": ("status", "globex"),
}


def prepared(command: str, root: Path, aws: FakeAws) -> tuple[str, ...]:
    """AWS as the command finds it, and the words of the call."""
    if command == "status":
        connect(aws, root, "globex")
        return WORDS[command]
    if command == "adopt":
        shutil.rmtree(root / "partners")
        shutil.rmtree(root / "out")
    else:
        for name in ("globex", "acme-clearing"):
            replay(aws, name)
    made = make_by_hand(aws)
    return tuple(word.replace("{vpc}", made.vpc) for word in WORDS[command])


@pytest.mark.slow
@pytest.mark.parametrize("command", WORDS)
def test_recordings_at_random(
    command: str, root: Path, aws: FakeAws, run: Run, tmp_path_factory: pytest.TempPathFactory, record_property: Count
) -> None:
    """Every recording is read, or refused in a line; what is written of it is a descriptor that validate takes."""
    words = prepared(command, root, aws)
    folder = tmp_path_factory.mktemp("record")
    assert "Traceback" not in run(root, *words, "--record", str(folder)).err
    texts = {path: path.read_text() for path in sorted(folder.rglob("*.json"))}
    full = [path for path in texts if len(texts[path]) > 60]
    count, drawn, refused, written = 150, random.Random(command), 0, 0
    for _ in range(count):
        for made in ("partners", "out") if command == "adopt" else ():
            shutil.rmtree(root / made, ignore_errors=True)
        before = {path: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
        path = drawn.choice(full)
        path.write_text(json.dumps(changed(drawn, json.loads(texts[path]))))
        ran = run(root, *words, "--from", str(folder))
        refused += "record-unreadable" in ran.err
        heard = ran.out + ran.err
        assert all(char.isprintable() or char in "\n\t" for char in heard), ascii(heard)
        assert not [line for line in heard.splitlines() if line.lstrip().startswith("::")]
        path.write_text(texts[path])
        if command == "adopt" and ran.code == 0:
            written += 1
            assert run(root, "validate").code == 0
            assert run(root, "generate", "--check").code == 0
            continue
        assert {path: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()} == before
    assert refused
    assert written or command != "adopt"
    record_property("counted", f"{count} recordings of {command} changed at random: {refused} refused")


@pytest.mark.parametrize("linked", ["aws_configs", "aws_configs/accounts"])
def test_no_recording_is_written_through_a_link(linked: str, tmp_path: Path) -> None:
    snapshot = Snapshot("eu-west-1", (LiveAccount("hub", "111111111111"),), {"hub": {"Vpcs": ()}})
    away, kept = tmp_path / "away", tmp_path / "root" / "rec" / linked
    away.mkdir()
    kept.parent.mkdir(parents=True)
    kept.symlink_to(away)
    with pytest.raises(OSError, match="symbolic links"):
        write_recording(snapshot, str(tmp_path / "root"), str(tmp_path / "root" / "rec"))
    assert list(away.iterdir()) == []
