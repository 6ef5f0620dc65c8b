"""What a pull request brings runs nothing in `natlane impact` and `natlane list`, and ends neither by a traceback."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from natlane.impact.resources import read_resources
from natlane.impact.review import impact_of
from natlane.impact.substitution import MOST_SUBSTITUTED

from tests.conftest import Natlane
from tests.impact.roots import Edit, copied, two_roots
from tests.impact.test_commands import ADDRESS, edit, git

HEADER = '{% include "_header.j2" %}\n\n'
# Each makes git run a program somewhere: while it looks at the work tree, shows a change, or gets what is missing.
SETTINGS = (
    ("core.fsmonitor", "{program}"),
    ("core.hooksPath", "{hooks}"),
    ("core.pager", "{program}"),
    ("pager.diff", "{program}"),
    ("core.sshCommand", "{program}"),
    ("diff.external", "{program}"),
    ("diff.evil.command", "{program}"),
    ("diff.evil.textconv", "{program}"),
    ("filter.evil.clean", "{program}"),
    ("filter.evil.smudge", "{program}"),
    ("filter.evil.process", "{program}"),
    ("filter.evil.required", "true"),
    ("credential.helper", "{program}"),
    ("core.editor", "{program}"),
    ("alias.diff-index", "!{program}"),
    ("alias.ls-tree", "!{program}"),
)


def hostile(folder: Path, repository: Path) -> Path:
    """A configuration that runs a program wherever git can be made to, and the mark that it would leave."""
    mark = folder / "ran"
    program = folder / "program"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> {mark}\ncat\n')
    program.chmod(0o755)
    hooks = folder / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "pre-commit", "post-checkout", "reference-transaction"):
        (hooks / name).symlink_to(program)
    for name, value in SETTINGS:
        git(repository, "config", name, value.format(program=program, hooks=hooks))
    (repository / ".gitattributes").write_text("* diff=evil filter=evil\n")
    return mark


@pytest.fixture
def repository(root: Path) -> Path:
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "All partners")
    return root


def test_a_hostile_configuration_runs_nothing(
    repository: Path, natlane_process: Natlane, tmp_path_factory: pytest.TempPathFactory
) -> None:
    mark = hostile(tmp_path_factory.mktemp("evil"), repository)
    edit(repository / "partners/globex.yaml", ADDRESS)
    (repository / "partners/hooli.yaml").touch()  # its times differ, and its content does not
    told = natlane_process("impact", "--format", "json")
    print(told.stdout, told.stderr)
    assert [each["partner"] for each in json.loads(told.stdout)["partners"]] == ["globex"]
    assert natlane_process("list", "--changed-since", "HEAD").stdout == "globex\n"
    assert not mark.exists()
    words = ("git", "diff", "--name-only", "HEAD")
    subprocess.run(words, cwd=repository, capture_output=True, check=False)
    assert mark.exists(), "the configuration is not hostile: git itself runs nothing of it"


@pytest.mark.parametrize("settled", [True, False])
def test_what_the_index_says_is_what_the_content_says(repository: Path, natlane: Natlane, settled: bool) -> None:
    """Whether the index is newer than the files, so that it is believed, or not."""
    if settled:
        for path in (repository / "out").rglob("*"):
            os.utime(path, (1_000_000_000, 1_000_000_000))
        git(repository, "update-index", "-q", "--refresh")
    lock = repository / "out/hooli/vpn.tf"
    text = lock.read_text()
    lock.write_text(text.replace("28800", "28801", 1))
    os.utime(lock, (1_000_000_000, 1_000_000_000))  # the same size and time, and another content
    (repository / "out/stark/vpn.tf").write_bytes(
        (repository / "out/stark/vpn.tf").read_bytes().replace(b"\n", b"\r\n")
    )
    (repository / "out/wonka/nat.tf").unlink()
    (repository / "out/tyrell/nat.tf").unlink()
    (repository / "out/tyrell/nat.tf").symlink_to("vpn.tf")
    git(repository, "rm", "-q", "--cached", "out/globex/nat.tf")
    assert natlane("list", "--changed-since", "HEAD").stdout.split() == ["hooli", "tyrell", "wonka"]


def test_a_missing_object_is_not_fetched(
    repository: Path, natlane: Natlane, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A partial clone gets what is missing from its remote, which may be a program."""
    mark = tmp_path_factory.mktemp("evil") / "ran"
    for name, value in (
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", f"ext::sh -c 'echo ran >> {mark}'"),
        ("protocol.ext.allow", "always"),
    ):
        git(repository, "config", name, value)
    blob = git(repository, "rev-parse", "HEAD:out/globex/vpn.tf").strip()
    (repository / ".git/objects" / blob[:2] / blob[2:]).unlink()
    edit(repository / "partners/globex.yaml", ADDRESS)
    ran = natlane("impact")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "the repository lacks the content of out/globex/vpn.tf: fetch all of it" in ran.stderr
    assert not mark.exists()


def test_a_replaced_object_is_not_believed(repository: Path, natlane: Natlane) -> None:
    """refs/replace/ shows what a change makes as what was there: nothing would seem to change."""
    edit(repository / "partners/globex.yaml", ADDRESS)
    assert natlane("generate").returncode == 0
    told = natlane("impact")
    changed = git(repository, "diff", "--name-only").split()
    assert "out/globex/vpn.tf" in changed
    for path in changed:
        old, new = (git(repository, *words, path).strip() for words in (("ls-files", "-s"), ("hash-object", "-w")))
        git(repository, "replace", old.split()[1], new)
    assert git(repository, "replace", "--list")
    assert (told.returncode, natlane("impact").stdout) == (0, told.stdout)
    assert "globex" in told.stdout


def test_a_committed_folder_is_no_repository(
    repository: Path, natlane: Natlane, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A root that holds HEAD, objects and refs looks like a bare repository, with a configuration of its own."""
    below = repository / "infra"
    below.mkdir()
    for name in ("landing-zone.yaml", "partners", "out"):
        git(repository, "mv", name, f"infra/{name}")
    git(repository, "commit", "-q", "-m", "Below")
    mark = hostile(tmp_path_factory.mktemp("evil"), repository)
    for name in ("objects", "refs"):
        (below / name).mkdir()
    (below / "HEAD").write_text("ref: refs/heads/main\n")
    (below / "config").write_text((repository / ".git/config").read_text().replace("bare = false", "bare = true"))
    mark.unlink(missing_ok=True)
    ran = natlane("impact", "--root", "infra", "--base", "HEAD")
    assert ran.returncode == 1
    assert "bare repository" in ran.stderr
    assert not mark.exists()


ONE_LABEL = 'resource "aws_eip" {\n  domain = "vpc"\n}\n'
NOWHERE = "moved {\n  from = aws_vpc.a\n}\n"
NO_HCL = "resource {{{ \n"
CIRCLE = 'locals {\n  a = "${local.b}"\n  b = "${local.a}"\n}\n\nresource "aws_eip" "x" {\n  domain = local.a\n}\n'


def bomb(parts: str) -> str:
    lines = [f"  a{number} = {parts.format(n=number - 1)}\n" for number in range(1, 31)]
    return f'locals {{\n  a0 = "x"\n{"".join(lines)}}}\n\nresource "aws_eip" "x" {{\n  domain = local.a30\n}}\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ONE_LABEL, "resource has 1 labels"),
        (NOWHERE, "moved needs both from and to"),
        (NO_HCL, "out/globex/more.tf"),
        (CIRCLE, "its locals stand for more than"),
        (bomb('"${{local.a{n}}}${{local.a{n}}}${{local.a{n}}}"'), "its locals stand for more than"),
        (bomb("[local.a{n}, local.a{n}, local.a{n}]"), "its locals stand for more than"),
    ],
    ids=["one label", "moved nowhere", "no HCL", "circle", "bomb of texts", "bomb of lists"],
)
def test_what_terraform_would_refuse_is_told(tmp_path: Path, text: str, said: str) -> None:
    """As an error where the working tree's templates write it, and as a finding where the base holds it."""
    more = Edit("templates/more.tf.j2", None, HEADER + "{% raw %}" + text + "{% endraw %}")
    old, new = two_roots(tmp_path / "now", ("globex",), (), (more,))
    found = impact_of(str(new), str(old))
    assert [problem.path for problem in found.problems] == ["out/globex/more.tf"]
    assert said in f"{found.problems[0]}"
    old, new = two_roots(tmp_path / "then", ("globex",), (), ())
    (old / "templates").mkdir()
    (old / more.path).write_text(more.new or "")
    then = impact_of(str(new), str(old))
    assert then.problems == ()
    codes = [each.finding.code for verdict in then.verdicts for each in verdict.reported]
    assert "base-unreadable" in codes


def chain(length: int, value: str) -> str:
    """Resources each of which refers to the one before, twice."""
    rest = [
        f'resource "aws_eip" "x{n}" {{\n  domain = "${{aws_eip.x{n - 1}.domain}}${{aws_eip.x{n - 1}.domain}}"\n}}\n'
        for n in range(1, length)
    ]
    return f'resource "aws_eip" "x0" {{\n  domain = "{value}"\n}}\n' + "".join(rest)


def mutual(value: str) -> str:
    return (
        'resource "aws_eip" "a" {\n  domain = aws_eip.b.domain\n  instance = "' + value + '"\n}\n'
        'resource "aws_eip" "b" {\n  domain = aws_eip.a.domain\n  instance = aws_eip.a.arn\n}\n'
    )


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [(chain(40, "a"), chain(40, "b"), 40), (mutual("a"), mutual("b"), 1)],
    ids=["each twice the one before", "a circle"],
)
def test_references_that_double_or_go_in_circles(tmp_path: Path, before: str, after: str, changed: int) -> None:
    files = [Edit("templates/more.tf.j2", None, HEADER + text) for text in (before, after)]
    old, new = two_roots(tmp_path, ("globex",), (files[0],), (files[1],))
    found = impact_of(str(new), str(old))
    assert found.problems == ()
    assert len(found.verdicts[0].changes) >= changed


def test_a_chain_that_is_too_long_is_refused(tmp_path: Path) -> None:
    files = [Edit("templates/more.tf.j2", None, HEADER + chain(2_000, value)) for value in "ab"]
    old, new = two_roots(tmp_path, ("globex",), (files[0],), (files[1],))
    [problem] = impact_of(str(new), str(old)).problems
    assert problem.code == "hcl-too-deep"


def test_an_argument_that_goes_is_no_traceback(tmp_path: Path) -> None:
    """Templates that leave out what a finding would name."""
    edits = (copied("vpn.tf.j2", (("  ip_address = {{ connection.customer_gateway_ip | hcl }}\n", ""),)),)
    old, new = two_roots(tmp_path, ("globex",), (), edits)
    assert impact_of(str(new), str(old)).verdicts[0].level == "re-engage partner"


def test_a_local_changes_whatever_stands_between(tmp_path: Path) -> None:
    """A change is seen through any number of locals."""

    def deep(value: str) -> str:
        steps = "".join(f"  a{n} = local.a{n - 1}\n" for n in range(1, 50))
        return f'locals {{\n  a0 = "{value}"\n{steps}}}\n\nresource "aws_eip" "x" {{\n  domain = local.a49\n}}\n'

    files = [Edit("templates/more.tf.j2", None, HEADER + deep(value)) for value in ("vpc", "standard")]
    old, new = two_roots(tmp_path, ("globex",), (files[0],), (files[1],))
    [verdict] = impact_of(str(new), str(old)).verdicts
    assert [each.address for each in verdict.changes] == ["aws_eip.x"]


def test_locals_up_to_the_bound_are_read() -> None:
    text = f'# x\nlocals {{\n  a = "{"x" * 1000}"\n}}\n\nresource "aws_eip" "x" {{\n  domain = "${{local.a}}y"\n}}\n'
    found, problems = read_resources({"more.tf": text}, "out/globex")
    assert problems == ()
    assert len(str(found.by_address["aws_eip.x"].arguments["domain"])) > 1_000
    assert MOST_SUBSTITUTED > 100_000
