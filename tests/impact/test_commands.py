"""`natlane impact` and `natlane list` in a git repository, as users and pipelines call them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Natlane

pytestmark = pytest.mark.slow

SHIPPED = Path(__file__).parents[2] / "templates"
ADDRESS = ("203.0.113.20", "203.0.113.21")
TUNNELS = ("  customer_gateway", "  replay_window: 512\n  customer_gateway")


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=noc", "-c", "user.email=noc@acme.example", "-c", "commit.gpgsign=false")
    ended = subprocess.run(("git", *identity, *words), cwd=folder, capture_output=True, text=True, check=True)
    return ended.stdout


def edit(path: Path, change: tuple[str, str]) -> None:
    text = path.read_text()
    assert change[0] in text
    path.write_text(text.replace(*change))


@pytest.fixture
def repository(root: Path) -> Path:
    """A clean clone of a root, on its main branch."""
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "All partners")
    return root


def verdicts(output: str) -> dict[str, str]:
    return {each["partner"]: each["level"] for each in json.loads(output)["partners"]}


def test_nothing_changed(repository: Path, natlane: Natlane) -> None:
    ran = natlane("impact", "--fail-on", "in place")
    assert (ran.returncode, ran.stdout) == (0, "Against the merge base with main. unchanged: 9.\n")


def test_work_tree_against_the_merge_base(repository: Path, natlane: Natlane) -> None:
    git(repository, "checkout", "-q", "-b", "change")
    edit(repository / "partners/globex.yaml", ADDRESS)
    git(repository, "commit", "-q", "-a", "-m", "Globex moves")
    edit(repository / "partners/hooli.yaml", TUNNELS)  # not committed
    git(repository, "checkout", "-q", "main", "--", "partners/wonka.yaml")
    ran = natlane("impact", "--format", "json")
    assert ran.returncode == 0
    assert verdicts(ran.stdout) == {"globex": "re-engage partner", "hooli": "both tunnels down"}


def test_a_ref_by_name_and_another_folder(repository: Path, natlane: Natlane) -> None:
    git(repository, "tag", "applied")
    edit(repository / "partners/globex.yaml", ADDRESS)
    natlane("generate")
    git(repository, "commit", "-q", "-a", "-m", "Globex moves")
    assert verdicts(natlane("impact", "--base", "applied", "--format", "json").stdout) == {
        "globex": "re-engage partner"
    }
    assert verdicts(natlane("impact", "--base", "HEAD", "--format", "json").stdout) == {}


def test_a_root_below_the_top_of_the_repository(root: Path, tmp_path: Path, natlane: Natlane) -> None:
    below = tmp_path / "infra"
    below.mkdir()
    for name in ("landing-zone.yaml", "partners", "out"):
        (root / name).rename(below / name)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "All partners")
    edit(below / "partners/globex.yaml", ADDRESS)
    ran = natlane("impact", "--root", "infra", "--format", "json")
    assert verdicts(ran.stdout) == {"globex": "re-engage partner"}


def test_a_file_that_git_does_not_know_yet(repository: Path, natlane: Natlane) -> None:
    text = (repository / "partners/globex.yaml").read_text()
    for old, new in (("globex", "vandelay"), ("10.181.", "10.189."), ("192.168.60.", "192.168.130."), ADDRESS):
        text = text.replace(old, new)
    (repository / "partners/vandelay.yaml").write_text(text)
    assert verdicts(natlane("impact", "--format", "json").stdout) == {"vandelay": "opens"}
    assert natlane("list", "--changed-since", "HEAD").stdout == "vandelay\n"


def test_what_was_committed_in_out_is_what_is_live(repository: Path, natlane: Natlane) -> None:
    """An older natlane wrote another lifetime: no input differs, and the tunnels would be interrupted."""
    edit(repository / "out/globex/vpn.tf", ("= 28800", "= 14400"))
    git(repository, "commit", "-q", "-a", "-m", "As natlane was")
    ran = natlane("impact", "--format", "json")
    assert verdicts(ran.stdout) == {"globex": "both tunnels down"}
    finding = json.loads(ran.stdout)["partners"][0]["findings"][0]
    line = (repository / "out/globex/vpn.tf").read_text().split("\n").index('resource "aws_vpn_connection" "partner" {')
    assert (finding["path"], finding["line"]) == ("out/globex/vpn.tf", line + 1)


def test_a_base_that_no_longer_validates_is_reviewed_by_its_out(repository: Path, natlane: Natlane) -> None:
    edit(repository / "partners/globex.yaml", ("partner: globex\n", "partner: globex\nno_such_field: 1\n"))
    git(repository, "commit", "-q", "-a", "-m", "Wrong")
    edit(repository / "partners/globex.yaml", ("no_such_field: 1\n", ""))
    edit(repository / "partners/globex.yaml", ADDRESS)
    assert verdicts(natlane("impact", "--format", "json").stdout) == {"globex": "re-engage partner"}


def test_a_template_that_touches_all_is_one_line(repository: Path, natlane: Natlane) -> None:
    from natlane.render.template_folders import shipped_folder

    (repository / "templates").mkdir()
    text = (shipped_folder() / "vpc.tf.j2").read_text()
    (repository / "templates/vpc.tf.j2").write_text(
        text.replace("enable_dns_hostnames = true", "enable_dns_hostnames = false")
    )
    ran = natlane("impact")
    assert ran.stdout == (
        "Against the merge base with main. in place: 9 partners; unchanged: 0.\n\n"
        "in place\n"
        "  9 partners (acme-clearing, globex, hooli, initech, stark and 4 more): aws_vpc.vpc_n is changed in place\n"
        "    templates/vpc.tf.j2\n"
    )


@pytest.mark.parametrize(
    ("change", "fail_on", "code"),
    [
        (ADDRESS, None, 0),
        (ADDRESS, "re-engage partner", 1),
        (ADDRESS, "re-engage-partner", 1),
        (ADDRESS, "in place", 1),
        (TUNNELS, "re-engage partner", 0),
        (TUNNELS, "both tunnels down", 1),
        (TUNNELS, "one-tunnel-down", 1),
        (TUNNELS, "one", 1),
        (TUNNELS, "replaced, no outage for the partner", 1),
        (TUNNELS, "re-engage", 0),
    ],
)
def test_fail_on(repository: Path, natlane: Natlane, change: tuple[str, str], fail_on: str | None, code: int) -> None:
    edit(repository / "partners/globex.yaml", change)
    words = ["--fail-on", fail_on] if fail_on else []
    assert natlane("impact", *words).returncode == code


@pytest.mark.parametrize("word", ["outage", "re", ""])
def test_fail_on_takes_one_level_only(word: str, repository: Path, natlane: Natlane) -> None:
    ran = natlane("impact", "--fail-on", word)
    assert ran.returncode == 2
    assert f"invalid choice: '{word}'" in ran.stderr


def test_an_impact_is_accepted_for_this_change_only(repository: Path, natlane: Natlane) -> None:
    descriptor = repository / "partners/globex.yaml"
    edit(descriptor, ADDRESS)
    refused = natlane("impact", "--fail-on", "both tunnels down")
    assert refused.returncode == 1
    line = re.search(r"globex: (accepted_impact: .*)\n", refused.stdout)
    assert line
    accepted = line[1].replace("agreed with ... on ...", "agreed with their NOC")
    descriptor.write_text(descriptor.read_text() + accepted + "\n")
    agreed = natlane("impact", "--fail-on", "both tunnels down", "--format", "json")
    assert agreed.returncode == 0
    assert json.loads(agreed.stdout)["partners"][0]["accepted"] == "agreed with their NOC"
    edit(descriptor, TUNNELS)
    assert natlane("impact", "--fail-on", "both tunnels down").returncode == 1


def test_an_acceptance_is_of_what_runs_too(repository: Path, natlane: Natlane) -> None:
    """The same resources change, and a program would run, or a guard goes: that is another change."""
    descriptor = repository / "partners/globex.yaml"
    edit(descriptor, ADDRESS)
    change = json.loads(natlane("impact", "--format", "json").stdout)["partners"][0]["change"]
    descriptor.write_text(
        f'{descriptor.read_text()}accepted_impact: {{level: "re-engage partner", change: "{change}", reason: agreed}}\n'
    )
    assert natlane("impact", "--fail-on", "both").returncode == 0
    (repository / "templates").mkdir()
    more = repository / "templates/more.tf.j2"
    more.write_text('{% include "_header.j2" %}\n\ndata "external" "more" {\n  program = ["true"]\n}\n')
    assert natlane("impact", "--fail-on", "both").returncode == 1
    more.unlink()
    assert natlane("impact", "--fail-on", "both").returncode == 0
    text = (SHIPPED / "vpn.tf.j2").read_text()
    (repository / "templates/vpn.tf.j2").write_text(text.replace("prevent_destroy = true", "prevent_destroy = false"))
    assert natlane("impact", "--fail-on", "both").returncode == 1


def test_the_landing_zone_accepts_for_all_at_once(repository: Path, natlane: Natlane) -> None:
    ours = repository / "landing-zone.yaml"
    edit(ours, ("alarms:", "logs: {tunnel_logs: false}\nalarms:"))
    refused = natlane("impact", "--fail-on", "both tunnels down")
    assert refused.returncode == 1
    line = refused.stdout.splitlines()[-1].strip()
    assert refused.stdout.splitlines()[-2].strip() == "or, for all partners at once, in landing-zone.yaml:"
    ours.write_text(f"{ours.read_text()}{line.replace('agreed with ... on ...', 'agreed with all')}\n")
    assert natlane("impact", "--fail-on", "both tunnels down").returncode == 0
    edit(repository / "partners/globex.yaml", ADDRESS)  # one partner more than was agreed
    assert natlane("impact", "--fail-on", "both tunnels down").returncode == 1


def test_a_moved_state_can_be_accepted_and_a_lost_descriptor_cannot(repository: Path, natlane: Natlane) -> None:
    (repository / "partners/globex.yaml").unlink()
    ran = natlane("impact", "--fail-on", "re-engage")
    assert ran.returncode == 1
    assert "globex: nothing accepts it, for it has no descriptor" in ran.stdout
    assert "To accept" not in ran.stdout
    git(repository, "checkout", "-q", "--", "partners/globex.yaml")
    edit(repository / "landing-zone.yaml", ("example-terraform-state", "example-states"))
    found = json.loads(natlane("impact", "--format", "json").stdout)["partners"]
    assert len(found) == 9
    assert all(re.fullmatch("[0-9a-f]{8}", each["change"]) for each in found)


def test_an_acceptance_of_less_does_not_count(repository: Path, natlane: Natlane) -> None:
    descriptor = repository / "partners/globex.yaml"
    edit(descriptor, ADDRESS)
    change = json.loads(natlane("impact", "--format", "json").stdout)["partners"][0]["change"]
    line = f'accepted_impact: {{level: both tunnels down, change: "{change}", reason: by mistake}}\n'
    descriptor.write_text(descriptor.read_text() + line)
    assert natlane("impact", "--fail-on", "re-engage partner").returncode == 1


def test_problems_of_the_work_tree_end_the_review(repository: Path, natlane: Natlane) -> None:
    edit(repository / "partners/globex.yaml", ("10.181.0.0/27", "10.181.0.1/27"))
    ran = natlane("impact")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "partners/globex.yaml:3:11: nat_cidr: 10.181.0.1/27 has host bits set" in ran.stderr
    ran = natlane("impact", "--format", "json")
    assert (ran.returncode, json.loads(ran.stdout)["problems"][0]["code"]) == (1, "cidr-host-bits")


@pytest.mark.parametrize(
    ("prepare", "base", "said"),
    [
        ((), "nowhere", "nowhere is no commit of this repository; fetch it, or name another one by --base"),
        ((), "--upload-pack=x", "--upload-pack=x is no commit of this repository"),
        (("branch", "-m", "trunk"), None, "there is no main branch to compare with; name the base by --base REF"),
    ],
)
def test_a_base_that_git_has_not(
    repository: Path, natlane: Natlane, prepare: tuple[str, ...], base: str | None, said: str
) -> None:
    if prepare:
        git(repository, *prepare)
    ran = natlane("impact", *([f"--base={base}"] if base else []))
    assert ran.returncode == 1
    assert said in ran.stderr


def test_no_repository_and_no_git(root: Path, tmp_path: Path, natlane: Natlane) -> None:
    ran = natlane("impact", GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert ran.returncode == 1
    assert "not a git repository" in ran.stderr
    ran = natlane("impact", PATH=str(tmp_path))
    assert ran.returncode == 1
    assert "git is not installed, and the base is not a folder; install git, or name a folder by --base" in ran.stderr


def test_a_shallow_clone_is_told_what_it_lacks(repository: Path, tmp_path: Path, natlane: Natlane) -> None:
    git(repository, "commit", "-q", "--allow-empty", "-m", "Later")
    git(tmp_path, "clone", "-q", "--depth", "1", repository.as_uri(), "clone")
    ran = natlane("impact", "--root", "clone", "--base", "HEAD~1")
    assert ran.returncode == 1
    assert "the clone is shallow: fetch all of it (actions/checkout with fetch-depth: 0)" in ran.stderr


def test_markdown_and_github(repository: Path, natlane: Natlane) -> None:
    edit(repository / "partners/globex.yaml", ADDRESS)
    markdown = natlane("impact", "--format", "markdown").stdout
    assert markdown.startswith("### natlane impact: re-engage partner\n\nre-engage partner: 1 partner; unchanged: 8.")
    assert "| **re-engage partner** | globex | the partner's device moves from 203.0.113.20 to" in markdown
    github = natlane("impact", "--format", "github").stdout
    assert github.startswith("::error file=partners/globex.yaml,line=7,title=re-engage partner::globex: the partner's")


def test_list(repository: Path, natlane: Natlane) -> None:
    names = sorted(path.stem for path in (repository / "partners").iterdir())
    assert natlane("list").stdout.split() == names
    edit(repository / "partners/globex.yaml", ADDRESS)
    edit(repository / "out/hooli/vpn.tf", ("= 28800", "= 14400"))
    (repository / "partners/wonka.yaml").unlink()
    ran = natlane("list", "--changed-since", "main", "--format", "json")
    assert json.loads(ran.stdout) == {
        "partners": [{"partner": "globex", "path": "out/globex"}, {"partner": "hooli", "path": "out/hooli"}]
    }
    ran = natlane("list", "--changed-since", "nowhere")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "nowhere is no commit of this repository; fetch it, or name another one by --changed-since [" in ran.stderr
    for env in ({"PATH": "/nowhere"}, {"GIT_DIR": "/nowhere"}):
        ran = natlane("list", "--changed-since", "main", **env)
        assert (ran.returncode, ran.stdout) == (1, "")
        assert "name a folder by --changed-since [" in ran.stderr


def test_list_for_atlantis(repository: Path, natlane: Natlane) -> None:
    import yaml

    names = sorted(path.stem for path in (repository / "partners").iterdir())
    found = yaml.safe_load(natlane("list", "--format", "atlantis").stdout)
    autoplan = {"enabled": True, "when_modified": ["*.tf", "*.tfvars", ".terraform.lock.hcl"]}
    assert found == {
        "version": 3,
        "parallel_plan": True,
        "parallel_apply": True,
        "projects": [
            {"name": name, "dir": f"out/{name}", "workflow": "natlane", "autoplan": autoplan} for name in names
        ],
    }


def test_paths_start_at_the_top_of_the_repository(repository: Path, natlane: Natlane, tmp_path: Path) -> None:
    top = tmp_path / "top"
    shutil.copytree(repository, top / "infra", ignore=shutil.ignore_patterns(".git"))
    git(top, "init", "-q", "-b", "main")
    git(top, "add", "-A")
    git(top, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "all")
    edit(top / "infra/partners/globex.yaml", ADDRESS)
    listed = natlane("--root", "infra", "list", "--changed-since", "main", "--format", "json", cwd=top).stdout
    assert json.loads(listed) == {"partners": [{"partner": "globex", "path": "infra/out/globex"}]}
    for words in (("validate",), ("generate", "--check"), ("impact", "--base", "main")):
        said = natlane("--root", "infra", *words, "--format", "github", cwd=top).stdout
        files = re.findall(r"file=([^,:]+)", said)
        assert files
        assert [each for each in files if not (top / each).is_file()] == []


@pytest.mark.parametrize("folder", ["infra", "infra/eu: west"])
def test_atlantis_names_folders_from_the_top(tmp_path: Path, natlane: Natlane, folder: str) -> None:
    """Also where a name reads as something else in YAML."""
    import yaml

    partners = tmp_path / folder / "partners"
    partners.mkdir(parents=True)
    for name in ("globex", "no"):
        (partners / f"{name}.yaml").touch()
    git(tmp_path, "init", "-q")
    found = yaml.safe_load(natlane("--root", folder, "list", "--format", "atlantis").stdout)["projects"]
    assert [(each["name"], each["dir"]) for each in found] == [
        ("globex", f"{folder}/out/globex"),
        ("no", f"{folder}/out/no"),
    ]
    inside = natlane("list", "--format", "atlantis", cwd=tmp_path / folder).stdout
    assert yaml.safe_load(inside)["projects"] == found


@pytest.mark.parametrize("how", ["text", "json", "atlantis"])
@pytest.mark.parametrize("name", ["Globex", "globex trade", "g", "globex--trade", "7up", "$(id)", "a" * 32, "a\n::b"])
def test_list_refuses_what_no_partner_is_called(tmp_path: Path, natlane: Natlane, how: str, name: str) -> None:
    (tmp_path / "partners").mkdir()
    for each in ("acme", name):
        (tmp_path / "partners" / f"{each}.yaml").touch()
    ran = natlane("list", "--format", how)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == (
        f"partners/{repr(name)[1:-1]}.yaml: {name!r} is not a partner's name: 2 to 31 of a-z, 0-9 and single hyphens, "
        "a letter first; rename the file [error: partner-file-name]\n"
    )


def test_what_is_the_users_own_changes_nobody(repository: Path, natlane: Natlane) -> None:
    out = repository / "out"
    (out / "hooli/plan").write_bytes(b"PK")
    (out / "hooli/notes.md").write_text("call them first")
    (out / "wonka/.terraform.lock.hcl").touch()
    (out / "stark/terraform.tfstate").write_text("{}")
    for name in ("providers/registry.tf", "modules/modules.json"):
        path = out / "tyrell/.terraform" / name
        path.parent.mkdir(parents=True)
        path.write_text("# Generated by natlane\n")
    assert natlane("list", "--changed-since", "HEAD").stdout == ""
    git(repository, "add", "--force", "out/wonka/.terraform.lock.hcl")  # a provider of its own is applied, too
    (out / "globex/new.tf").write_text("# Generated by natlane from partners/globex.yaml.\n")
    (out / "initech/vpn.tf").unlink()
    assert natlane("list", "--changed-since", "HEAD").stdout.split() == ["globex", "initech", "wonka"]


@pytest.mark.parametrize("tracked", [True, False])
def test_against_another_folder(root: Path, tmp_path: Path, natlane: Natlane, tracked: bool) -> None:
    """Where git knows nothing, natlane's mark alone tells what counts."""
    old = tmp_path / "old"
    for name in ("partners", "out"):
        shutil.copytree(root / name, old / name)
    shutil.copy(root / "landing-zone.yaml", old)
    if tracked:
        git(root, "init", "-q")
        git(root, "add", "landing-zone.yaml", "partners", "out")
    (root / "out/hooli/plan").touch()
    (old / "out/stark/plan").touch()
    (old / "out/tyrell/terraform.tfstate").touch()
    (old / "out/acme-clearing/old.tf").write_text("# Generated by natlane\n")
    edit(root / "out/globex/vpn.tf", ("= 28800", "= 14400"))
    ran = natlane("list", "--changed-since", "old", GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert ran.stdout.split() == ["acme-clearing", "globex"]


def test_a_folder_hides_no_ref(repository: Path, natlane: Natlane) -> None:
    edit(repository / "partners/globex.yaml", ADDRESS)
    for name in ("landing-zone.yaml", "partners", "out"):
        copy = repository / "main" / name
        copy.parent.mkdir(exist_ok=True)
        (shutil.copytree if (repository / name).is_dir() else shutil.copy)(repository / name, copy)
    assert natlane("impact", "--base", "main", "--fail-on", "re-engage partner").returncode == 1
    empty = natlane("impact", "--base", "", "--fail-on", "re-engage partner")
    assert (empty.returncode, "an empty text is no commit" in empty.stderr) == (1, True)


def test_what_is_live_without_a_descriptor_is_not_new(repository: Path, natlane: Natlane) -> None:
    descriptor = repository / "partners/globex.yaml"
    text = descriptor.read_text()
    git(repository, "rm", "-q", "partners/globex.yaml")
    git(repository, "commit", "-q", "-m", "Deleted too early")
    descriptor.write_text(text + "status: decommissioned\n")
    assert natlane("generate").returncode == 0
    ran = natlane("impact", "--base", "HEAD", "--format", "json")
    assert verdicts(ran.stdout) == {"globex": "re-engage partner"}
