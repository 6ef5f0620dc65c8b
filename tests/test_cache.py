"""The cache: what it keeps, for whom, and when there is none."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from natlane import cache

NO = {"NATLANE_CACHE_DIR": None, "XDG_CACHE_HOME": None, "HOME": None}
PLACES: list[tuple[dict[str, str | None], str | None]] = [
    ({"NATLANE_CACHE_DIR": "own", "XDG_CACHE_HOME": "xdg", "HOME": "home"}, "own"),
    ({"XDG_CACHE_HOME": "xdg", "HOME": "home"}, "xdg/natlane"),
    ({"HOME": "home"}, "home/.cache/natlane"),
    ({"NATLANE_CACHE_DIR": "", "XDG_CACHE_HOME": "", "HOME": "home"}, "home/.cache/natlane"),
    ({}, None),
]


@pytest.mark.parametrize(("variables", "place"), PLACES)
def test_where_the_folder_is(
    variables: dict[str, str | None], place: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**NO, **variables}.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, str(tmp_path / value) if value else "")
    expected = str(tmp_path / place) if place else None
    assert cache.folder() == expected
    cache.put("test", "key", b"data")
    assert cache.get("test", "key") == (b"data" if place else None)
    if expected:
        assert stat.S_IMODE(os.stat(expected).st_mode) == 0o700


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NATLANE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_what_is_put_is_got(place: Path) -> None:
    cache.put("a", "key", b"one")
    cache.put("b", "key", b"two")
    cache.put("a", b"\xff", b"three")
    cache.put("a", "key", b"four")
    got = [cache.get(kind, key) for kind, key in (("a", "key"), ("b", "key"), ("a", b"\xff"), ("a", "other"))]
    assert got == [b"four", b"two", b"three", None]
    assert sorted(name.partition("-")[0] for name in os.listdir(place)) == ["a", "a", "b"]


def test_another_version_finds_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.put("a", "key", b"one")
    monkeypatch.setattr(cache, "code_digest", lambda: "another")
    assert cache.get("a", "key") is None


def test_the_digest_is_of_every_source_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "cache.py").write_text("")
    (tmp_path / "inner" / "other.py").write_text("a = 1\n")
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "cache.py"))
    seen = set()
    for name, content in (("cache.py", ""), ("inner/other.py", "a = 2\n"), ("new.py", ""), ("notes.txt", "")):
        (tmp_path / name).write_text(content)
        cache.code_digest.cache_clear()
        seen.add(cache.code_digest())
    cache.code_digest.cache_clear()
    assert len(seen) == 3  # the text file changes nothing


def no_cache() -> bool:
    cache.put("a", "key", b"one")
    return cache.folder() is None and cache.get("a", "key") is None


def test_a_file_in_the_way_means_no_cache(place: Path) -> None:
    place.write_text("")
    assert no_cache()


def test_a_place_that_cannot_be_made_means_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NATLANE_CACHE_DIR", "/proc/natlane")
    assert no_cache()


def test_a_folder_that_others_can_write_is_not_trusted(place: Path) -> None:
    place.mkdir()
    place.chmod(0o770)
    assert no_cache()


def test_a_folder_of_somebody_else_is_not_trusted(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert no_cache()


def test_a_folder_that_vanishes_means_no_error(place: Path) -> None:
    cache.put("a", "key", b"one")
    for path in place.iterdir():
        path.unlink()
    place.rmdir()
    cache.put("a", "key", b"one")
    assert cache.get("a", "key") is None


def test_the_oldest_go_when_there_is_too_much(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for age, key in enumerate("dcba"):
        cache.put("a", key, b"x" * 100)
        newest = max(place.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, (1000 - age, 1000 - age))
    (place / "the user's own.txt").write_text("y" * 1000)
    monkeypatch.setattr(cache, "MOST_BYTES", 450)
    monkeypatch.setattr(cache, "_puts", 0)
    cache.put("a", "e", b"x" * 100)
    assert [key for key in "abcde" if cache.get("a", key)] == ["a", "b", "c", "d", "e"]  # 400 bytes were there
    monkeypatch.setattr(cache, "_puts", 0)
    cache.put("a", "f", b"x" * 100)
    assert [key for key in "abcdef" if cache.get("a", key)] == ["d", "e", "f"]
    assert (place / "the user's own.txt").exists()
