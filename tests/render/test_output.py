"""out/ is either the old or the new, whatever happens while it is written; nothing outside it is touched."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from natlane.cli import main
from natlane.render.generate import check, generate
from natlane.workspace.paths import JOURNAL, STAGING, Workspace

from tests.conftest import ROOT, Natlane

Tree = dict[str, bytes]


def tree(folder: Path) -> Tree:
    """Every file below a folder, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Two partners, generated."""
    shutil.copy(ROOT / "landing-zone.yaml", tmp_path)
    (tmp_path / "partners").mkdir()
    for name in ("acme-clearing", "globex"):
        shutil.copy(ROOT / "partners" / f"{name}.yaml", tmp_path / "partners")
    assert not generate(Workspace(str(tmp_path)), []).failed
    return tmp_path


def change(root: Path) -> None:
    """One partner changed in several files, one with a file less, one new."""
    acme, globex = root / "partners" / "acme-clearing.yaml", root / "partners" / "globex.yaml"
    acme.write_text(acme.read_text().replace("192.168.50.0/24", "192.168.51.0/24").replace("execute-api", "sqs"))
    globex.write_text(globex.read_text() + "inbound: {endpoints: [{service: email-smtp}]}\n")
    shutil.copy(ROOT / "partners" / "umbrella.yaml", root / "partners")


def in_child(work: Callable[[], None]) -> int:
    """How a forked child ended that did this work: its exit code, or minus the signal."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(70)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


OPERATIONS = ("open", "os.", "shutil.", "fcntl.")


def die_before(operation: int, root: Path) -> int:
    """Generate in a child that is killed just before its n-th call into the file system."""

    def work() -> None:
        seen = 0

        def hook(event: str, _: object) -> None:
            nonlocal seen
            if event.startswith(OPERATIONS):
                seen += 1
                if seen == operation:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        generate(Workspace(str(root)), [])

    return in_child(work)


@pytest.mark.slow
def test_a_kill_before_any_operation_leaves_the_old_or_the_new(
    small: Path, tmp_path_factory: pytest.TempPathFactory, record_property: Callable[[str, object], None]
) -> None:
    old = tree(small / "out")
    change(small)
    scratch = tmp_path_factory.mktemp("kills")
    shutil.copytree(small, scratch / "new")
    assert not generate(Workspace(str(scratch / "new")), []).failed
    new = tree(scratch / "new" / "out")
    assert new != old
    kills = 0
    for operation in range(1, 2_000):
        root = scratch / "root"
        shutil.copytree(small, root)
        inputs = tree(root / "partners")
        ended = die_before(operation, root)
        half = (root / STAGING / JOURNAL).exists()
        # With a journal in place out/ may be between old and new: check says so, and the next run completes it.
        assert half or tree(root / "out") in (old, new), f"killed before operation {operation}"
        assert not half or any(each.code == "output-interrupted" for each in check(Workspace(str(root)), []).problems)
        assert tree(root / "partners") == inputs
        assert not generate(Workspace(str(root)), []).failed
        assert tree(root / "out") == new
        assert sorted(os.listdir(root)) == ["landing-zone.yaml", "out", "partners"]
        shutil.rmtree(root)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        kills += 1
    record_property("counted", f"generate killed before each of {kills} calls into the file system: no damage")
    assert kills > 100


@pytest.mark.parametrize("size", [0, 1, 700, 3_000])
def test_a_full_disk_leaves_the_old(small: Path, size: int) -> None:
    old = tree(small / "out")
    change(small)

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        result = generate(Workspace(str(small)), [])
        assert [each.code for each in result.problems if each.severity == "error"] == ["output-unwritable"]

    assert in_child(work) == 0
    assert tree(small / "out") == old
    assert not (small / STAGING).exists()


NOBODY = 65_534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user, own, mount and protect")


def open_to_all(root: Path) -> None:
    """Everybody may write the root, and everything in it."""
    for folder in root.parents:
        if folder != Path("/tmp") and folder != Path("/"):
            folder.chmod(0o755)
    for path in (root, *root.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)


def as_nobody(root: Path) -> list[tuple[str, str]]:
    """What generate tells an ordinary user; out/ must be as it was, and nothing left beside it."""
    old = tree(root / "out")
    read, write = os.pipe()

    def work() -> None:
        os.environ.pop("NATLANE_CACHE_DIR")
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        result = generate(Workspace(str(root)), [])
        assert not result.half
        told = [[each.path, each.message] for each in result.problems if each.code == "output-unwritable"]
        os.write(write, json.dumps(told).encode())

    ended = in_child(work)
    os.close(write)
    with open(read, encoding="utf-8") as told:
        found = [(path, message) for path, message in json.loads(told.read() or "[]")]
    assert ended == 0
    assert tree(root / "out") == old
    assert not (root / STAGING).exists()
    return found


@as_root
def test_a_read_only_root_is_a_problem(small: Path) -> None:
    change(small)
    open_to_all(small)
    small.chmod(0o755)
    assert as_nobody(small) == [(STAGING, "cannot be written: Permission denied")]


def protect(folder: Path) -> None:
    folder.chmod(0o555)


def share(folder: Path) -> None:
    """A folder like /tmp: everybody writes, and replaces only what is his own."""
    folder.chmod(0o1777)


@as_root
@pytest.mark.parametrize(
    ("how", "places", "told"),
    [
        (protect, ("out/globex",), [("out/globex", "cannot be written by this user")]),
        (protect, ("out",), [("out", "cannot be written by this user")]),
        (
            protect,
            ("out", "out/acme-clearing", "out/globex"),
            [(path, "cannot be written by this user") for path in ("out/acme-clearing", "out/globex", "out")],
        ),
        (protect, ("out/globex/more",), [("out/globex/more", "cannot be written by this user")]),
        (share, ("out",), []),  # where only a folder is new
        (share, ("out/globex/more",), [("out/globex/more/extra.tf", "may not be replaced")]),
    ],
)
def test_what_a_user_may_not_write_stops_everything(
    small: Path, how: Callable[[Path], None], places: tuple[str, ...], told: list[tuple[str, str]]
) -> None:
    extra = small / "templates/more/extra.tf.j2"
    extra.parent.mkdir(parents=True)
    text = '{% include "_header.j2" %}\n\n# {{ plan.partner }}\n'
    extra.write_text(text)
    assert not generate(Workspace(str(small)), []).failed
    extra.write_text(text + "# more\n")
    change(small)
    open_to_all(small)
    for place in places:
        how(small / place)
    if told:
        assert as_nobody(small) == told
        for place in places:
            (small / place).chmod(0o777)
    assert in_child(lambda: succeed_as_nobody(small)) == 0
    assert check(Workspace(str(small)), []).differences == []


def succeed_as_nobody(root: Path) -> None:
    os.environ.pop("NATLANE_CACHE_DIR")
    os.setuid(NOBODY)
    assert not generate(Workspace(str(root)), []).failed


@as_root
def test_a_run_of_another_user_that_was_interrupted_is_told(small: Path) -> None:
    change(small)
    (small / STAGING).mkdir(mode=0o700)
    (small / STAGING / JOURNAL).write_text("")
    open_to_all(small)
    (small / STAGING).chmod(0o700)

    def work() -> None:
        os.environ.pop("NATLANE_CACHE_DIR")
        os.setuid(NOBODY)
        assert [each.code for each in check(Workspace(str(small)), []).problems] == ["output-interrupted"]
        result = generate(Workspace(str(small)), [])
        assert (result.failed, result.half) == (True, True)

    assert in_child(work) == 0


PROTECTED = [
    ("+i", "out/globex", "cannot be written by this user"),
    ("+a", "out/globex", "may not be replaced"),
    ("+i", "out/globex/vpc.tf", "may not be replaced"),
]


@as_root
@pytest.mark.parametrize(("attribute", "place", "told"), PROTECTED)
def test_what_nobody_may_change_stops_everything(small: Path, attribute: str, place: str, told: str) -> None:
    old = tree(small / "out")
    (small / "templates").mkdir()
    text = (ROOT / "templates/vpc.tf.j2").read_text()
    (small / "templates/vpc.tf.j2").write_text(text + "# more\n")
    if shutil.which("chattr") is None or subprocess.run(("chattr", attribute, small / place), check=False).returncode:
        pytest.skip("this file system, or machine, has no attributes")
    try:
        problems = generate(Workspace(str(small)), []).problems
    finally:
        subprocess.run(("chattr", attribute.replace("+", "-"), small / place), check=True)
    at = place if attribute == "+i" else f"{place}/vpc.tf"  # a folder that only grows
    assert [(each.path, each.message) for each in problems] == [(at, told)]
    assert tree(small / "out") == old
    assert not generate(Workspace(str(small)), []).failed


@as_root
@pytest.mark.parametrize(
    ("place", "options", "told"),
    [
        ("out/globex", "--bind", "is mounted apart from the rest, and nothing can be renamed into it"),
        ("out", "--bind", "is mounted apart from the rest, and nothing can be renamed into it"),
        ("out/globex", "-t tmpfs tmpfs", "is mounted apart from the rest, and nothing can be renamed into it"),
        ("out/globex", "--bind -o ro", "cannot be written by this user"),
    ],
)
def test_what_is_mounted_stops_everything(small: Path, place: str, options: str, told: str) -> None:
    """A bind mount is the same device, and still nothing can be renamed into it."""
    old = tree(small / "out")
    change(small)
    words = options.replace("--bind", f"--bind {place}")
    script = f"mount {words} {place} && exec {sys.executable} -m natlane generate"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    if subprocess.run(("unshare", "--mount", "true"), capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    ran = subprocess.run(
        ("unshare", "--mount", "sh", "-c", script),
        cwd=small,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert f"{place}: {told}; " in ran.stderr
    assert ran.stderr.endswith("natlane: out/ was not written\n")
    assert tree(small / "out") == old
    assert sorted(os.listdir(small)) == ["landing-zone.yaml", "out", "partners"]


def test_what_stands_in_the_way_is_told_whoever_asks(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without another user: the folder is asked about as the one who writes."""
    old = tree(small / "out")
    change(small)

    def access(path: str, mode: int, *, effective_ids: bool = False) -> bool:
        assert (mode, effective_ids) == (os.W_OK | os.X_OK, True)
        return not path.endswith("globex")

    monkeypatch.setattr(os, "access", access)
    monkeypatch.setattr(os, "supports_effective_ids", {access})
    (problem,) = generate(Workspace(str(small)), []).problems
    assert str(problem) == (
        "out/globex: cannot be written by this user; give yourself the right (chown, chmod) [error: output-unwritable]"
    )
    assert tree(small / "out") == old


def test_a_run_that_fails_midway_says_so_and_the_next_completes_it(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    change(small)
    rename, left = os.rename, 3

    def fail(source: str, target: str) -> None:
        nonlocal left
        left -= STAGING in source and STAGING not in target and os.path.lexists(source)
        if left < 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO), source, None, target)
        rename(source, target)

    with monkeypatch.context() as broken:
        broken.setattr(os, "rename", fail)
        assert main(["--root", str(small), "generate"]) == 1
    said = capsys.readouterr().err
    assert "Input/output error; mend that, and run natlane generate again to complete it" in said
    assert said.endswith("natlane: out/ may be half old and half new\n")
    globex = small / "partners/globex.yaml"
    text = globex.read_text()
    globex.write_text("partner: 7up\n")
    assert main(["--root", str(small), "generate"]) == 1
    said = capsys.readouterr().err
    assert said.endswith("natlane: out/ was completed as an earlier run began it, and else not written\n")
    globex.write_text(text)
    assert check(Workspace(str(small)), []).differences == []


def test_two_runs_at_once_do_not_mix(small: Path) -> None:
    change(small)
    results = []
    runs = [threading.Thread(target=lambda: results.append(generate(Workspace(str(small)), []))) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [each.failed for each in results] == [False] * 4
    assert check(Workspace(str(small)), []).differences == []
    assert not (small / STAGING).exists()


def test_only_what_changed_is_touched(small: Path) -> None:
    def stamps() -> dict[str, tuple[int, int]]:
        files = [path for path in (small / "out").rglob("*") if path.is_file()]
        return {str(p.relative_to(small)): (p.stat().st_mtime_ns, p.stat().st_ino) for p in files}

    before = stamps()
    acme = small / "partners" / "acme-clearing.yaml"
    acme.write_text(
        acme.read_text().replace("lifetime: 28800", "lifetime: 14400").replace("timeout: 30", "timeout: 60")
    )
    result = generate(Workspace(str(small)), [])
    assert result.changed == 1
    after = stamps()
    assert {path for path in after if after[path] != before[path]} == {"out/acme-clearing/vpn.tf"}


def _codes(root: Path) -> list[tuple[str, str, str]]:
    return [(each.severity, each.code, each.path) for each in generate(Workspace(str(root)), []).problems]


def test_a_file_that_is_no_longer_needed_is_removed(small: Path) -> None:
    acme = small / "partners" / "acme-clearing.yaml"
    acme.write_text(acme.read_text().partition("inbound:")[0])
    assert _codes(small) == []
    assert not (small / "out/acme-clearing/inbound.tf").exists()


def test_what_is_foreign_is_named_and_kept(small: Path) -> None:
    notes = small / "out/globex/notes.txt"
    notes.write_text("ours\n")
    binary = small / "out/globex/picture.png"
    binary.write_bytes(b"\x89PNG\xff\x00")
    assert _codes(small) == [
        ("warning", "output-foreign", "out/globex/notes.txt"),
        ("warning", "output-foreign", "out/globex/picture.png"),
    ]
    assert notes.exists()
    assert binary.exists()


@pytest.mark.parametrize("content", [b"# my own\n", b"\xff\xfe\x00", b""])
def test_a_foreign_file_in_the_way_stops_everything(small: Path, content: bytes) -> None:
    change(small)
    (small / "out/umbrella").mkdir()
    (small / "out/umbrella/vpc.tf").write_bytes(content)
    old = tree(small / "out")
    assert ("error", "output-foreign", "out/umbrella/vpc.tf") in _codes(small)
    assert tree(small / "out") == old


def test_a_folder_in_the_way_stops_everything(small: Path) -> None:
    (small / "out/globex/vpc.tf").unlink()
    (small / "out/globex/vpc.tf").mkdir()
    assert _codes(small) == [("error", "output-foreign", "out/globex/vpc.tf")]


@pytest.mark.parametrize("name", [".terraform/modules/x.json", ".terraform.lock.hcl", "terraform.tfstate", "a.tfvars"])
def test_the_users_own_files_are_no_difference(small: Path, name: str) -> None:
    path = small / "out/globex" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("# theirs")
    assert check(Workspace(str(small)), []).differences == []
    assert _codes(small) == []
    assert path.read_text() == "# theirs"


@pytest.mark.parametrize("link", ["out/globex/vpc.tf", "out/globex", "out"])
def test_a_symbolic_link_is_refused_and_what_it_points_to_untouched(
    small: Path, link: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "target"
    (small / link).rename(outside)
    (small / link).symlink_to(outside)
    change(small)
    before = tree(outside) if outside.is_dir() else outside.read_bytes()
    assert ("error", "output-symlink", link) in _codes(small)
    assert (tree(outside) if outside.is_dir() else outside.read_bytes()) == before


@pytest.mark.parametrize("path", ["out/../evil", "evil", "/tmp/evil", "out", "out//x", "out/./x"])
def test_a_forged_journal_leads_nowhere(small: Path, path: str) -> None:
    staging = small / STAGING
    staging.mkdir()
    (staging / "0").write_text("evil")
    (staging / JOURNAL).write_text(f'["0", "{path}"]\n')
    assert ("error", "output-unwritable", "out") in _codes(small)
    assert not (small / "evil").exists()


def test_an_orphan_is_reported_and_kept(small: Path) -> None:
    (small / "partners/globex.yaml").unlink()
    kept = tree(small / "out/globex")
    assert _codes(small) == [("warning", "output-orphan", "out/globex")]
    assert [(each.severity, each.code) for each in check(Workspace(str(small)), []).problems] == [
        ("error", "output-orphan")
    ]
    assert tree(small / "out/globex") == kept


def test_the_users_template_overrides_and_must_be_signed(small: Path) -> None:
    templates = small / "templates"
    templates.mkdir()
    (templates / "extra.tf.j2").write_text("# only a comment\n")
    assert _codes(small) == [("error", "template-no-header", "templates/extra.tf.j2")]
    (templates / "extra.tf.j2").write_text('{% include "_header.j2" %}\n\n# {{ plan.partner }}\n')
    assert _codes(small) == []
    assert (small / "out/globex/extra.tf").read_text().endswith("# globex\n")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("{% if %}", "template-syntax", 1),
        ("\n\n{{ plan.nothing }}", "template-fails", 3),
        ("\n{{ plan.state | hcl }}", "template-fails", 2),
        ('{% include "none.j2" %}', "template-fails", 1),
    ],
)
def test_a_wrong_template_is_a_problem_at_its_line(small: Path, text: str, code: str, line: int) -> None:
    landing_zone = small / "landing-zone.yaml"
    lines = landing_zone.read_text().splitlines(keepends=True)
    landing_zone.write_text("".join(each for each in lines if not each.startswith("state:")))
    (small / "templates").mkdir()
    (small / "templates/nat.tf.j2").write_text(text)
    (problem,) = generate(Workspace(str(small)), []).problems
    assert (problem.code, problem.path, problem.line) == (code, "templates/nat.tf.j2", line)


def test_nothing_to_do_is_found_without_reading_out(small: Path, natlane: Natlane) -> None:
    first = natlane("generate", cwd=small)
    assert (first.returncode, first.stderr) == (0, "natlane: out/ is what the descriptors say\n")
    (small / "out/globex/vpc.tf").write_text("# Generated by natlane\n")
    again = natlane("generate", cwd=small)
    assert again.stderr == "natlane: 1 file of 1 partner written\n"


def test_out_that_became_a_link_is_refused_though_its_files_are_as_they_were(small: Path, natlane: Natlane) -> None:
    for path in (small / "out").rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert natlane("generate", cwd=small).returncode == 0
    (small / "out").rename(small / "elsewhere")
    (small / "out").symlink_to("elsewhere")
    again = natlane("generate", cwd=small)
    assert again.returncode == 1
    assert "out: is a symbolic link" in again.stderr


def test_verify_trusts_no_half_written_out(small: Path, natlane: Natlane) -> None:
    (small / STAGING).mkdir()
    (small / STAGING / JOURNAL).write_text("")
    done = natlane("verify", cwd=small)
    assert done.returncode == 1
    assert "out: an earlier run of generate was interrupted while it wrote" in done.stdout
    assert natlane("generate", cwd=small).returncode == 0
    assert natlane("verify", cwd=small).returncode == 0


def test_what_is_no_file_is_named_and_not_waited_for(small: Path, natlane: Natlane) -> None:
    os.mkfifo(small / "out/globex/more.tf")
    assert _codes(small) == [("error", "output-foreign", "out/globex/more.tf")]
    assert "out/globex/more.tf: is not a file" in natlane("verify", cwd=small).stdout
    (small / "out/globex/more.tf").unlink()
    os.mkfifo(small / "partners/hooli.yaml")
    assert _codes(small) == [("error", "file-unreadable", "partners/hooli.yaml")]


def test_a_key_is_neither_written_nor_shown(small: Path, natlane: Natlane) -> None:
    key = "Zx9" + "Kq2Lm8Vt4Rb7W"
    path = small / "out/globex/vpn.tf"
    line = f'  tunnel1_preshared_key = "{key}"\n'
    path.write_text(path.read_text().replace('  type                = "ipsec.1"\n', line, 1))
    for words in (("generate", "--check"), ("generate", "--check", "--format", "json"), ("verify",)):
        ran = natlane(*words, cwd=small)
        assert ran.returncode == 1
        assert key not in ran.stdout + ran.stderr
    assert "proof-key" in natlane("verify", cwd=small).stdout
    (small / "templates").mkdir()
    (small / "templates/extra.tf.j2").write_text('{% include "_header.j2" %}\n\n' + line)
    assert _codes(small) == [("error", "template-key", "templates/extra.tf.j2")]


def test_no_template_overrides_what_others_say(small: Path) -> None:
    """Terraform merges such a file into the others; the shipped template of that name is changed instead."""
    (small / "templates").mkdir()
    (small / "templates/vpn_override.tf.j2").write_text('{% include "_header.j2" %}\n\n# {{ plan.partner }}\n')
    assert _codes(small) == [("error", "template-override", "templates/vpn_override.tf.j2")]


@pytest.mark.parametrize(
    "text",
    ['{{ cycler.__init__.__globals__.os.popen("id").read() }}', '{{ plan["__class__"] }}', '{{ plan | attr("x") }}'],
)
def test_a_template_reaches_for_the_plan_only(small: Path, text: str) -> None:
    """It comes with a pull request, and is rendered before anybody has read it."""
    (small / "templates").mkdir()
    (small / "templates/extra.tf.j2").write_text('{% include "_header.j2" %}\n\n# ' + text)
    assert _codes(small) == [("error", "template-syntax", "templates/extra.tf.j2")]
